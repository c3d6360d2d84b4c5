import type { CompleteLayerUploadCommandInput, CompleteLayerUploadCommandOutput } from '@aws-sdk/client-ecr';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation } from '../../gateway/operation.ts';
import { invalidParameter } from '../../registry/errors.ts';
import { findLayer } from '../../registry/layer.ts';
import { isDigest } from '../../registry/names.ts';
import { cancelUpload, completeUpload, requireUpload } from '../../registry/upload.ts';
import { onRepository, registryOf } from './context.ts';

export const completeLayerUpload = defineOperation<CompleteLayerUploadCommandInput, CompleteLayerUploadCommandOutput>({
  authorize: onRepository,
  async handle(input, context) {
    const { emulator } = context;
    const { repositoryName: name = '', uploadId = '' } = input;
    const registry = registryOf(input, context);
    // The model takes a list; a layer has one digest that counts, the SHA-256.
    const digest = input.layerDigests!.find(isDigest);
    if (digest === undefined) throw invalidParameter('layerDigests', 'must contain a digest of the form sha256:<64 hexadecimal digits>');
    const { item, size } = await requireUpload(emulator, registry, name, uploadId);
    const where = `in the repository with name '${name}' in the registry with id '${registry.accountId}'`;
    if (size === 0) throw new AwsError('EmptyUploadException', 400, `The upload with id '${uploadId}' has no parts, ${where}`);
    if (item.smallPart)
      throw new AwsError(
        'LayerPartTooSmallException',
        400,
        `A part of the upload with id '${uploadId}' that is not its last is smaller than 5 MiB, ${where}`,
      );
    if (findLayer(emulator.store, registry, name, digest)) {
      await cancelUpload(emulator, registry, name, uploadId);
      throw new AwsError('LayerAlreadyExistsException', 400, `The layer with digest '${digest}' already exists ${where}`);
    }
    await completeUpload(emulator, registry, name, uploadId, digest);
    return { registryId: registry.accountId, repositoryName: name, uploadId, layerDigest: digest };
  },
});
