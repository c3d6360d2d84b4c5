import type { GetDownloadUrlForLayerCommandInput, GetDownloadUrlForLayerCommandOutput } from '@aws-sdk/client-ecr';
import { defineOperation } from '../../gateway/operation.ts';
import { issueDownloadLink } from '../../registry/download-link.ts';
import { layersNotFound } from '../../registry/errors.ts';
import { findLayer } from '../../registry/layer.ts';
import { requireRepository } from '../../registry/repository.ts';
import { onRepository, registryOf } from './context.ts';

export const getDownloadUrlForLayer = defineOperation<GetDownloadUrlForLayerCommandInput, GetDownloadUrlForLayerCommandOutput>({
  authorize: onRepository,
  handle(input, context) {
    const { emulator } = context;
    const registry = registryOf(input, context);
    const { name } = requireRepository(emulator.store, registry, input.repositoryName!);
    const digest = input.layerDigest!;
    if (!findLayer(emulator.store, registry, name, digest)) throw layersNotFound(registry, name, [digest]);
    return { downloadUrl: issueDownloadLink(emulator, { registry, name, digest }), layerDigest: digest };
  },
});
