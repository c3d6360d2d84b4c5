import { AwsError } from '../../gateway/aws-error.ts';
import type { Store } from '../../store/open-store.ts';
import { readVersion, type SecretItem, type SecretValue } from './secret.ts';

/**
 * Whether a ClientRequestToken and the value with it were sent before: such a request is answered again and changes nothing.
 * @throws ResourceExistsException if the token is that of a version with another value: versions are immutable.
 */
export function isRepeatedVersion(store: Store, secret: SecretItem, versionId: string, value: SecretValue | undefined): boolean {
  const version = Object.hasOwn(secret.versions, versionId) ? secret.versions[versionId] : undefined;
  if (!version || !value) return false;
  const known = readVersion(store, secret, version);
  const isSame =
    'string' in known
      ? 'string' in value && value.string === known.string
      : 'binary' in value && Buffer.compare(Buffer.from(value.binary), Buffer.from(known.binary)) === 0;
  if (isSame) return true;
  throw new AwsError(
    'ResourceExistsException',
    400,
    `You can't use ClientRequestToken ${versionId} because that value is already in use for a version of secret ${secret.arn}.`,
  );
}
