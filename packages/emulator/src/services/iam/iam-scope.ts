import { partitionOf } from '../../partition.ts';
import type { Scope } from '../../store/items.ts';

/** Where IAM keeps what an account has: it has no regions. */
export const iamScope = (accountId: string) => ({ accountId, region: 'global' });

/** The ARN of something of IAM, in the partition of the region that a request is sent to. */
export const iamArn = ({ accountId, region }: Scope, resource: string) => `arn:${partitionOf(region)}:iam::${accountId}:${resource}`;
