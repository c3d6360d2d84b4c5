import { AwsError } from '../gateway/aws-error.ts';
import type { Scope } from '../store/items.ts';

/** `in the repository with name 'x' in the registry with id '1'`, as ECR says where something is. */
function where({ accountId }: Scope, name: string): string {
  return `the repository with name '${name}' in the registry with id '${accountId}'`;
}

export interface ImageId {
  imageDigest?: string | undefined;
  imageTag?: string | undefined;
}

export function invalidParameter(parameter: string, constraint: string): AwsError {
  return new AwsError(
    'InvalidParameterException',
    400,
    `Invalid parameter at '${parameter}' failed to satisfy constraint: '${constraint}'`,
  );
}

export function repositoryNotFound({ accountId }: Scope, name: string): AwsError {
  return new AwsError(
    'RepositoryNotFoundException',
    400,
    `The repository with name '${name}' does not exist in the registry with id '${accountId}'`,
  );
}

export function repositoryPolicyNotFound(scope: Scope, name: string): AwsError {
  return new AwsError('RepositoryPolicyNotFoundException', 400, `Repository policy does not exist for ${where(scope, name)}`);
}

export function imageNotFound({ accountId }: Scope, name: string, { imageDigest, imageTag }: ImageId): AwsError {
  const id = `{imageDigest:'${imageDigest ?? 'null'}', imageTag:'${imageTag ?? 'null'}'}`;
  return new AwsError(
    'ImageNotFoundException',
    400,
    `The image with imageId ${id} does not exist within the repository with name '${name}' in the registry with id '${accountId}'`,
  );
}

export function imageAlreadyExists(scope: Scope, name: string, digest: string, tag: string | undefined): AwsError {
  const named = tag === undefined ? '' : ` and tag '${tag}'`;
  return new AwsError('ImageAlreadyExistsException', 400, `Image with digest '${digest}'${named} already exists in ${where(scope, name)}`);
}

export function tagImmutable(name: string, tag: string): AwsError {
  const message = `The image tag '${tag}' already exists in the '${name}' repository and cannot be overwritten because the tag is immutable.`;
  return new AwsError('ImageTagAlreadyExistsException', 400, message);
}

export function layersNotFound(scope: Scope, name: string, digests: readonly string[]): AwsError {
  return new AwsError(
    'LayersNotFoundException',
    400,
    `Layers with digests '[${digests.join(', ')}]' do not exist in ${where(scope, name)}`,
  );
}

export function referencedImagesNotFound(scope: Scope, name: string, digests: readonly string[]): AwsError {
  return new AwsError(
    'ReferencedImagesNotFoundException',
    400,
    `Images with digests '[${digests.join(', ')}]' required for pushing image into ${where(scope, name)} do not exist`,
  );
}

export function uploadNotFound(scope: Scope, name: string, uploadId: string): AwsError {
  return new AwsError('UploadNotFoundException', 400, `The upload with id '${uploadId}' does not exist in ${where(scope, name)}`);
}

/** `lastByte` is -1 where nothing was received yet. */
export function invalidLayerPart(scope: Scope, name: string, uploadId: string, expected: number, first: number): AwsError {
  const message = `Layer part upload request for upload id '${uploadId}' does not start at byte ${expected}, where the upload is, but at byte ${first}, in ${where(scope, name)}`;
  const details = { registryId: scope.accountId, repositoryName: name, uploadId, lastValidByteReceived: expected - 1 };
  return new AwsError('InvalidLayerPartException', 400, message, { details });
}

export function digestMismatch(scope: Scope, name: string, expected: string, cause?: unknown): AwsError {
  return new AwsError(
    'InvalidLayerException',
    400,
    `The layer that was uploaded does not have the digest '${expected}', in ${where(scope, name)}`,
    { cause },
  );
}
