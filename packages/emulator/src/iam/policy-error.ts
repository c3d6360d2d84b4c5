/** A policy document that IAM would refuse. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  readonly code = 'MalformedPolicyDocument';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
  }
}
