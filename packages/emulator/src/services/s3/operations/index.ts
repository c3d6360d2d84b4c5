import type { S3Operation } from '../call.ts';
import { createBucket } from './create-bucket.ts';
import { deleteBucket } from './delete-bucket.ts';
import { deleteObject } from './delete-object.ts';
import { getBucketLocation } from './get-bucket-location.ts';
import { getObject } from './get-object.ts';
import { headBucket } from './head-bucket.ts';
import { listBuckets } from './list-buckets.ts';
import { listObjectsV2 } from './list-objects-v2.ts';
import { putObject } from './put-object.ts';

type Operations = Readonly<Record<string, S3Operation>>;

export const serviceOperations: Operations = { GET: listBuckets };

export const bucketOperations: Operations = {
  PUT: createBucket,
  HEAD: headBucket,
  DELETE: deleteBucket,
  GET: listObjectsV2,
  'GET ?location': getBucketLocation,
};

export const objectOperations: Operations = {
  PUT: putObject,
  GET: getObject,
  HEAD: getObject,
  DELETE: deleteObject,
};
