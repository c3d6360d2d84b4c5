import type { BatchGetImageCommandInput, BatchGetImageCommandOutput, Image, ImageFailure } from '@aws-sdk/client-ecr';
import { defineOperation } from '../../gateway/operation.ts';
import { findImage, readManifest, recordPull } from '../../registry/image.ts';
import { requireRepository } from '../../registry/repository.ts';
import { onRepository, registryOf } from './context.ts';

export const batchGetImage = defineOperation<BatchGetImageCommandInput, BatchGetImageCommandOutput>({
  authorize: onRepository,
  handle(input, context) {
    const { store, now } = context.emulator;
    const registry = registryOf(input, context);
    const { name } = requireRepository(store, registry, input.repositoryName!);
    const images: Image[] = [];
    const failures: ImageFailure[] = [];
    for (const imageId of input.imageIds!) {
      const image = findImage(store, registry, name, imageId);
      if (!image) {
        const isEmpty = imageId.imageDigest === undefined && imageId.imageTag === undefined;
        failures.push({
          imageId,
          failureCode: isEmpty ? 'MissingDigestAndTag' : 'ImageNotFound',
          failureReason: isEmpty ? 'Invalid request parameters: both tag and digest cannot be null' : 'Requested image not found',
        });
        continue;
      }
      // acceptedMediaTypes would let ECR convert old formats; what cannot be converted is sent as it is, and here that is everything.
      recordPull(store, registry, name, image, now());
      images.push({
        registryId: registry.accountId,
        repositoryName: name,
        imageId: { ...imageId, imageDigest: image.digest },
        imageManifest: readManifest(store, registry, name, image.digest),
        imageManifestMediaType: image.mediaType,
      });
    }
    return { images, failures };
  },
});
