import type { S3Operation } from '../call.ts';
import { abortMultipartUpload } from './abort-multipart-upload.ts';
import { completeMultipartUpload } from './complete-multipart-upload.ts';
import { copyObject } from './copy-object.ts';
import { createBucket } from './create-bucket.ts';
import { createMultipartUpload } from './create-multipart-upload.ts';
import { deleteBucket } from './delete-bucket.ts';
import { deleteBucketEncryption, getBucketEncryption, putBucketEncryption } from './bucket-encryption.ts';
import { deleteBucketTagging, getBucketTagging, putBucketTagging } from './bucket-tagging.ts';
import { deleteObject } from './delete-object.ts';
import { deleteObjects } from './delete-objects.ts';
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './object-tagging.ts';
import { deletePublicAccessBlock, getPublicAccessBlock, putPublicAccessBlock } from './public-access-block.ts';
import { getBucketLocation } from './get-bucket-location.ts';
import { getBucketVersioning, putBucketVersioning } from './bucket-versioning.ts';
import { getObject } from './get-object.ts';
import { headBucket } from './head-bucket.ts';
import { listBuckets } from './list-buckets.ts';
import { listMultipartUploads } from './list-multipart-uploads.ts';
import { listObjects } from './list-objects.ts';
import { listObjectVersions } from './list-object-versions.ts';
import { listParts } from './list-parts.ts';
import { putObject } from './put-object.ts';
import { uploadPart } from './upload-part.ts';
import { uploadPartCopy } from './upload-part-copy.ts';

type Operations = Readonly<Record<string, S3Operation>>;

export const serviceOperations: Operations = { GET: listBuckets };

export const bucketOperations: Operations = {
  PUT: createBucket,
  HEAD: headBucket,
  DELETE: deleteBucket,
  GET: listObjects,
  'GET ?location': getBucketLocation,
  'POST ?delete': deleteObjects,
  'GET ?versions': listObjectVersions,
  'GET ?uploads': listMultipartUploads,
  'GET ?tagging': getBucketTagging,
  'PUT ?tagging': putBucketTagging,
  'DELETE ?tagging': deleteBucketTagging,
  'GET ?versioning': getBucketVersioning,
  'PUT ?versioning': putBucketVersioning,
  'GET ?encryption': getBucketEncryption,
  'PUT ?encryption': putBucketEncryption,
  'DELETE ?encryption': deleteBucketEncryption,
  'GET ?publicAccessBlock': getPublicAccessBlock,
  'PUT ?publicAccessBlock': putPublicAccessBlock,
  'DELETE ?publicAccessBlock': deletePublicAccessBlock,
};

export const objectOperations: Operations = {
  PUT: putObject,
  'PUT copy': copyObject,
  GET: getObject,
  HEAD: getObject,
  DELETE: deleteObject,
  'GET ?tagging': getObjectTagging,
  'PUT ?tagging': putObjectTagging,
  'DELETE ?tagging': deleteObjectTagging,
  'POST ?uploads': createMultipartUpload,
  'PUT ?uploadId': uploadPart,
  'PUT ?uploadId copy': uploadPartCopy,
  'POST ?uploadId': completeMultipartUpload,
  'DELETE ?uploadId': abortMultipartUpload,
  'GET ?uploadId': listParts,
};
