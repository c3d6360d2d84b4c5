/** A policy document that IAM would refuse. The message says what is wrong and where in the document. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  readonly code = 'MalformedPolicyDocument';
}
