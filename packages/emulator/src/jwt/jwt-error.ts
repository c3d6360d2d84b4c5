/** Why a user's token is not believed. The token itself is never in the message. */
export class JwtError extends Error {
  override readonly name = 'JwtError';
  readonly code: 'UNREADABLE' | 'MALFORMED' | 'UNTRUSTED_ISSUER' | 'WRONG_ISSUER' | 'BAD_SIGNATURE' | 'EXPIRED';

  constructor(code: JwtError['code'], message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
