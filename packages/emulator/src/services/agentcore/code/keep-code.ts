import { existsSync } from 'node:fs';
import type { EmulatorServices } from '../../../emulator-services.ts';
import type { Scope } from '../../../store/items.ts';
import { hold, release } from '../../s3/object.ts';
import { validation } from '../errors.ts';
import { versionId, type VersionItem } from '../runtime-items.ts';

/**
 * Keeps the bytes of a version's zip for as long as there is the version, whatever becomes of the object: the service takes the code when it makes
 * the version, and only another update makes it look again. In the transaction that writes the version.
 *
 * @throws AwsError ValidationException when the object was deleted since it was read
 */
export function keepCode(
  { store, objects }: Pick<EmulatorServices, 'store' | 'objects'>,
  scope: Scope,
  runtimeId: string,
  { version, code }: VersionItem,
): void {
  if (code === undefined) return;
  if (!existsSync(objects.path(code.digest)))
    throw validation('The object was deleted while its code was read.', 'agentRuntimeArtifact.codeConfiguration');
  hold(store, code.digest, ownerOf(scope, runtimeId, version));
}

/** Lets go of a version's bytes, in the transaction that deletes it. Answers what `collect` of S3 is to look at afterwards. */
export function releaseCode(store: EmulatorServices['store'], scope: Scope, runtimeId: string, { version, code }: VersionItem): string[] {
  if (code === undefined) return [];
  release(store, code.digest, ownerOf(scope, runtimeId, version));
  return [code.digest];
}

/** No bucket has such a name: the owners of S3's own references begin with a bucket's. */
function ownerOf({ accountId, region }: Scope, runtimeId: string, version: number): string {
  return `runtime:${accountId}/${region}/${versionId(runtimeId, version)}`;
}
