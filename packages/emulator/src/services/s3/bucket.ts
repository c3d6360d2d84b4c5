import { partitionOf } from '../../partition.ts';
import type { Scope } from '../../store/items.ts';
import type { Encryption } from './encryption.ts';
import type { Store } from '../../store/open-store.ts';

/** A bucket's settings, in the account and region that it was made in. */
export const BUCKET = 's3-bucket';
/** Whose a bucket's name is: names are shared by all accounts. */
const BUCKET_NAME = 's3-bucket-name';
/** What belongs to no account. */
export const GLOBAL: Scope = { accountId: '-', region: '-' };

export interface BucketItem {
  createdAt: string;
  /** Absent until it is first set: then it can only be suspended. */
  versioning?: 'Enabled' | 'Suspended';
  tags?: Record<string, string>;
  /** What its objects are said to be encrypted with. */
  encryption?: Encryption;
  /** Kept and given back: nothing here is ever public. */
  publicAccessBlock?: Record<string, string>;
}

export interface Bucket extends Scope {
  name: string;
  item: BucketItem;
}

export function findBucket(store: Store, name: string): Bucket | undefined {
  const scope = store.items.get<Scope>(BUCKET_NAME, GLOBAL, name);
  const item = scope && store.items.get<BucketItem>(BUCKET, scope, name);
  return item && { ...scope, name, item };
}

export function saveBucket(store: Store, { accountId, region, name, item }: Bucket): void {
  store.transaction(() => {
    store.items.put(BUCKET_NAME, GLOBAL, name, { accountId, region });
    store.items.put(BUCKET, { accountId, region }, name, item);
  });
}

export function removeBucket(store: Store, { accountId, region, name }: Bucket): void {
  store.transaction(() => {
    store.items.delete(BUCKET_NAME, GLOBAL, name);
    store.items.delete(BUCKET, { accountId, region }, name);
  });
}

/** The ARN of a bucket, or of an object in it, in the partition of the bucket's region. It holds neither region nor account. */
export function bucketArn({ name, region }: Pick<Bucket, 'name' | 'region'>, key?: string): string {
  return `arn:${partitionOf(region)}:s3:::${name}${key === undefined ? '' : `/${key}`}`;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export function isBucketName(name: string): boolean {
  return (
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !/\.\.|^\d{1,3}(?:\.\d{1,3}){3}$/.test(name) &&
    !/^(?:xn--|sthree-|amzn-s3-demo-)|(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name)
  );
}
