import type { Scope } from './store/items.ts';

export type Partition = 'aws' | 'aws-us-gov' | 'aws-cn';

/** The regions of these partitions that the pinned SDK knows. */
const REGIONS: ReadonlySet<string> = new Set(
  [
    'af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2',
    'ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 eu-central-2',
    'eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 me-west-1 mx-central-1',
    'sa-east-1 sa-west-1 us-east-1 us-east-2 us-west-1 us-west-2',
    'us-gov-east-1 us-gov-west-1',
    'cn-north-1 cn-northwest-1',
  ].flatMap((line) => line.split(' ')),
);

export function isRegion(name: string): boolean {
  return REGIONS.has(name);
}

/** The partition that a region is in: the second field of every ARN of that region. */
export function partitionOf(region: string): Partition {
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return region.startsWith('cn-') ? 'aws-cn' : 'aws';
}

/** The ARN of something in a region of an account. */
export function regionalArn(service: string, { accountId, region }: Scope, resource: string): string {
  return `arn:${partitionOf(region)}:${service}:${region}:${accountId}:${resource}`;
}

/** Under what name the services of a partition are: `amazonaws.com.cn` in China. */
export function domainOf(region: string): string {
  return partitionOf(region) === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
}
