import type { CodeConfiguration } from '@aws-sdk/client-bedrock-agentcore-control';
import type { OperationContext } from '../../../gateway/operation.ts';
import { bucketArn, findBucket } from '../../s3/bucket.ts';
import { findObject } from '../../s3/object.ts';
import { validation } from '../errors.ts';
import { layerOf, readCode, type VersionCode } from './code-image.ts';
import { ZipError } from './read-zip.ts';

const FIELD = 'agentRuntimeArtifact.codeConfiguration';
/** https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/bedrock-agentcore-limits.html: 250 MB zipped. */
const MAX_ZIPPED = 250 * 1024 * 1024;

/**
 * Reads the zip that a version is made from, with the permissions of whoever makes the version.
 *
 * @throws AwsError AccessDeniedException without s3:GetObject on it, ValidationException when it is not there or cannot be run
 */
export async function checkCode(
  { emulator, accountId, region, authorize }: Pick<OperationContext, 'emulator' | 'accountId' | 'region' | 'authorize'>,
  { code, runtime, entryPoint = [] }: CodeConfiguration,
): Promise<VersionCode> {
  const { bucket: bucketName = '', prefix: key = '', versionId } = code?.s3 ?? {};
  if (!runtime?.startsWith('NODE_'))
    throw validation(`${runtime} is not run by this emulator, which runs agents on Node. Use NODE_22, or an image.`, `${FIELD}.runtime`);
  const bucket = findBucket(emulator.store, bucketName);
  const owner = bucket?.accountId ?? accountId;
  authorize({
    action: versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion',
    resources: [bucketArn(bucket ?? { name: bucketName, region }, key)],
    context: { 's3:ResourceAccount': owner, 'aws:ResourceAccount': owner },
  });
  const versions = bucket && bucket.accountId === accountId ? findObject(emulator.store, bucket, key)?.versions : undefined;
  const version = versionId === undefined ? versions?.[0] : versions?.find((candidate) => candidate.versionId === versionId);
  if (version === undefined || version.deleteMarker)
    throw validation(`There is no object s3://${bucketName}/${key}${versionId === undefined ? '' : ` of version ${versionId}`}.`, FIELD);
  if (version.size > MAX_ZIPPED)
    throw validation(`s3://${bucketName}/${key} has ${version.size} bytes. Code may have ${MAX_ZIPPED} at most, zipped.`, FIELD);
  try {
    const entries = await readCode(emulator, version.digest);
    const script = entryPoint.at(-1) ?? '';
    if (!entries.some(({ path }) => path === script))
      throw validation(
        `The zip holds no ${script} at its root, which entryPoint names. It holds: ${entries
          .slice(0, 5)
          .map(({ path }) => path)
          .join(', ')}`,
        `${FIELD}.entryPoint`,
      );
    return { digest: version.digest, layer: await layerOf(entries), entryPoint };
  } catch (error) {
    if (error instanceof ZipError) throw validation(`s3://${bucketName}/${key} cannot be used: ${error.message}.`, FIELD);
    throw error;
  }
}
