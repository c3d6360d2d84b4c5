import type { BatchDeleteImageCommandInput, BatchDeleteImageCommandOutput, ImageFailure, ImageIdentifier } from '@aws-sdk/client-ecr';
import { defineOperation } from '../../gateway/operation.ts';
import { deleteImage } from '../../registry/delete-image.ts';
import { requireRepository } from '../../registry/repository.ts';
import { onRepository, registryOf } from './context.ts';

export const batchDeleteImage = defineOperation<BatchDeleteImageCommandInput, BatchDeleteImageCommandOutput>({
  authorize: onRepository,
  handle(input, context) {
    const { store } = context.emulator;
    const registry = registryOf(input, context);
    const { name } = requireRepository(store, registry, input.repositoryName!);
    const imageIds: ImageIdentifier[] = [];
    const failures: ImageFailure[] = [];
    store.transaction(() => {
      for (const id of input.imageIds!) {
        const result = deleteImage(store, registry, name, id);
        if ('deleted' in result) imageIds.push(...result.deleted);
        else failures.push(result.failure);
      }
    });
    return { imageIds, failures };
  },
});
