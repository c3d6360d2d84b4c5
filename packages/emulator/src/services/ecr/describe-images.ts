import type { DescribeImagesCommandInput, DescribeImagesCommandOutput, ImageDetail } from '@aws-sdk/client-ecr';
import { defineOperation } from '../../gateway/operation.ts';
import { invalidParameter } from '../../registry/errors.ts';
import { imagesOf, requireImage, type ImageItem } from '../../registry/image.ts';
import { requireRepository } from '../../registry/repository.ts';
import type { Scope } from '../../store/items.ts';
import { onRepository, registryOf } from './context.ts';
import { hasStatus } from './image-filter.ts';
import { readToken, takePage } from './pagination.ts';

const TOKEN = 'ecr-describe-images';

export const describeImages = defineOperation<DescribeImagesCommandInput, DescribeImagesCommandOutput>({
  authorize: onRepository,
  handle(input, context) {
    const { store } = context.emulator;
    const registry = registryOf(input, context);
    const { name } = requireRepository(store, registry, input.repositoryName!);
    if (input.imageIds) {
      if (input.nextToken !== undefined || input.maxResults !== undefined || input.filter !== undefined) {
        throw invalidParameter('imageIds', 'must be null when filter, maxResults or nextToken is given');
      }
      const images = input.imageIds.map((id) => requireImage(store, registry, name, id));
      const unique = new Map(images.map((image) => [image.digest, image]));
      return { imageDetails: [...unique.values()].map((image) => describe(registry, name, image)) };
    }
    const after = readToken(TOKEN, input.nextToken);
    const images = imagesOf(store, registry, name, after).filter((image) => image.digest !== after && hasStatus(image, input.filter));
    const page = takePage(TOKEN, images, input.maxResults ?? 100, ({ digest }) => digest);
    return { imageDetails: page.items.map((image) => describe(registry, name, image)), nextToken: page.nextToken };
  },
});

function describe({ accountId }: Scope, name: string, image: ImageItem): ImageDetail {
  return {
    registryId: accountId,
    repositoryName: name,
    imageDigest: image.digest,
    ...(image.tags.length > 0 ? { imageTags: image.tags } : {}),
    imageSizeInBytes: image.size,
    imagePushedAt: new Date(image.pushedAt),
    imageManifestMediaType: image.mediaType,
    ...(image.artifactMediaType ? { artifactMediaType: image.artifactType ?? image.artifactMediaType } : {}),
    ...(image.lastPulledAt ? { lastRecordedPullTime: new Date(image.lastPulledAt) } : {}),
    ...(image.subject ? { subjectManifestDigest: image.subject } : {}),
    imageStatus: 'ACTIVE',
  };
}
