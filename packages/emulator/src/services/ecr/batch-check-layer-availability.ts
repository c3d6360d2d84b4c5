import type {
  BatchCheckLayerAvailabilityCommandInput,
  BatchCheckLayerAvailabilityCommandOutput,
  Layer,
  LayerFailure,
} from '@aws-sdk/client-ecr';
import { defineOperation } from '../../gateway/operation.ts';
import { findLayer } from '../../registry/layer.ts';
import { isDigest } from '../../registry/names.ts';
import { requireRepository } from '../../registry/repository.ts';
import { onRepository, registryOf } from './context.ts';

export const batchCheckLayerAvailability = defineOperation<
  BatchCheckLayerAvailabilityCommandInput,
  BatchCheckLayerAvailabilityCommandOutput
>({
  authorize: onRepository,
  handle(input, context) {
    const { store } = context.emulator;
    const registry = registryOf(input, context);
    const { name } = requireRepository(store, registry, input.repositoryName!);
    const layers: Layer[] = [];
    const failures: LayerFailure[] = [];
    for (const layerDigest of input.layerDigests!) {
      if (!isDigest(layerDigest)) {
        failures.push({
          layerDigest,
          failureCode: 'InvalidLayerDigest',
          failureReason: 'Invalid layer digest: expected sha256: and 64 hexadecimal digits',
        });
        continue;
      }
      const layer = findLayer(store, registry, name, layerDigest);
      layers.push(
        layer ? { layerDigest, layerAvailability: 'AVAILABLE', layerSize: layer.size } : { layerDigest, layerAvailability: 'UNAVAILABLE' },
      );
    }
    return { layers, failures };
  },
});
