import type { AwsError } from '../../../gateway/aws-error.ts';
import { validation } from '../errors.ts';

/** What an authorization server answered instead of a token (RFC 6749, section 5.2), or why there was no answer. */
export class VendorError extends Error {
  override readonly name = 'VendorError';
  /** e.g. `invalid_grant`; `unreachable` and `invalid_response` are ours. */
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** The provider's configuration does not fit its vendor, or the vendor is down: in either case the caller has to see to it. */
export function vendorFailure(providerName: string, error: VendorError): AwsError {
  return validation(`The authorization server of credential provider '${providerName}' gave no token: ${error.message}`);
}
