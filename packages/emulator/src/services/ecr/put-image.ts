import type { PutImageCommandInput, PutImageCommandOutput } from '@aws-sdk/client-ecr';
import { defineOperation } from '../../gateway/operation.ts';
import { imageAlreadyExists } from '../../registry/errors.ts';
import { putImage as put } from '../../registry/put-image.ts';
import { onRepository, registryOf } from './context.ts';

export const putImage = defineOperation<PutImageCommandInput, PutImageCommandOutput>({
  authorize: onRepository,
  handle(input, context) {
    const registry = registryOf(input, context);
    const { repositoryName: name = '', imageTag: tag, imageManifest: manifest = '' } = input;
    const { image, created } = put(context.emulator, registry, name, {
      manifest,
      tag,
      mediaType: input.imageManifestMediaType,
      digest: input.imageDigest,
    });
    if (!created) throw imageAlreadyExists(registry, name, image.digest, tag);
    const imageId = { imageDigest: image.digest, ...(tag === undefined ? {} : { imageTag: tag }) };
    return {
      image: {
        registryId: registry.accountId,
        repositoryName: name,
        imageId,
        imageManifest: manifest,
        imageManifestMediaType: image.mediaType,
      },
    };
  },
});
