export type Partition = 'aws' | 'aws-us-gov' | 'aws-cn';

/** The partition that a region is in: the second field of every ARN of that region. */
export function partitionOf(region: string): Partition {
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return region.startsWith('cn-') ? 'aws-cn' : 'aws';
}
