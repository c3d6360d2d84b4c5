import { AwsError } from '../../gateway/aws-error.ts';
import type { SecretValue } from './secret.ts';

/** The value in a request, if there is one. A secret is a string or bytes, never both. */
export function givenValue({
  SecretString: string,
  SecretBinary: binary,
}: {
  SecretString?: string | undefined;
  SecretBinary?: Uint8Array | undefined;
}): SecretValue | undefined {
  if (string !== undefined && binary !== undefined) {
    throw new AwsError('InvalidParameterException', 400, 'You must provide either SecretString or SecretBinary, and not both.');
  }
  if (string !== undefined) return { string };
  return binary === undefined ? undefined : { binary };
}
