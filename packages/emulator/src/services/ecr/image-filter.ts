import type { ListImagesFilter } from '@aws-sdk/client-ecr';
import type { ImageItem } from '../../registry/image.ts';

/** Whether an image passes the filter of a list. Nothing is ever archived here: every image is active. */
export function hasStatus(image: ImageItem, { tagStatus = 'ANY', imageStatus = 'ACTIVE' }: ListImagesFilter = {}): boolean {
  if (imageStatus !== 'ACTIVE' && imageStatus !== 'ANY') return false;
  return tagStatus === 'ANY' || (tagStatus === 'TAGGED') === image.tags.length > 0;
}
