import type { InitiateLayerUploadCommandInput, InitiateLayerUploadCommandOutput } from '@aws-sdk/client-ecr';
import { defineOperation } from '../../gateway/operation.ts';
import { startUpload } from '../../registry/upload.ts';
import { onRepository, registryOf } from './context.ts';

/** What ECR recommends, in bytes. */
const PART_SIZE = 10 * 1024 * 1024;

export const initiateLayerUpload = defineOperation<InitiateLayerUploadCommandInput, InitiateLayerUploadCommandOutput>({
  authorize: onRepository,
  handle: async (input, context) => ({
    uploadId: await startUpload(context.emulator, registryOf(input, context), input.repositoryName!),
    partSize: PART_SIZE,
  }),
});
