import type { UploadLayerPartCommandInput, UploadLayerPartCommandOutput } from '@aws-sdk/client-ecr';
import { Readable } from 'node:stream';
import { defineOperation } from '../../gateway/operation.ts';
import { invalidParameter } from '../../registry/errors.ts';
import { appendToUpload, requireUpload, saveUpload } from '../../registry/upload.ts';
import { onRepository, registryOf } from './context.ts';

/** Every part but the last must have as many bytes. */
const MIN_PART = 5 * 1024 * 1024;

export const uploadLayerPart = defineOperation<UploadLayerPartCommandInput, UploadLayerPartCommandOutput>({
  authorize: onRepository,
  async handle(input, context) {
    const { emulator } = context;
    const { repositoryName: name = '', uploadId = '', partFirstByte: first = 0, partLastByte: last = 0 } = input;
    const bytes = Buffer.from(input.layerPartBlob!);
    const registry = registryOf(input, context);
    if (last - first + 1 !== bytes.length)
      throw invalidParameter('partLastByte', `must fit the part: it has ${bytes.length} bytes and starts at ${first}`);
    const { item } = await requireUpload(emulator, registry, name, uploadId);
    const size = await appendToUpload(emulator, registry, name, uploadId, Readable.from([bytes]), first);
    const smallPart = item.smallPart === true || (item.lastPart !== undefined && item.lastPart < MIN_PART);
    saveUpload(emulator, registry, name, uploadId, { ...item, lastPart: bytes.length, smallPart });
    return { registryId: registry.accountId, repositoryName: name, uploadId, lastByteReceived: size - 1 };
  },
});
