import { PolicyError } from './policy-error.ts';
import { tokenize, type Token } from './template.ts';
import type { Subject } from './types.ts';
import { createMatcher, type TextMatcher } from './wildcard.ts';

const PARTITIONS = new Set(['aws', 'aws-cn', 'aws-us-gov', 'aws-iso', 'aws-iso-b', 'aws-iso-e', 'aws-iso-f', 'aws-eusc', '*']);
const ARN_FIELDS = 6;
/** Services whose resources belong to no region. */
const GLOBAL_SERVICES = new Set(['iam', 's3']);
/** Of S3, buckets and objects are global; these are not. */
const REGIONAL_S3 = /^(?:accesspoint|access-grants|async-request|job|storage-lens|storage-lens-group)\/|^[*?]/;

export interface ResourceOptions {
  where: string;
  /** NotResource: everything but these. */
  negated: boolean;
  /** Whether the policy's version knows variables. */
  variables: boolean;
}

/** Whether a request's resource is one of those named. A `*` also matches colons and slashes. */
export function compileResources(
  resources: readonly string[],
  { where, negated, variables }: ResourceOptions,
): (subject: Subject) => boolean {
  if (resources.length === 0) throw new PolicyError(`Policy statement must contain resources. ${where} is empty.`);
  const matchers = resources.map((resource) => compileResource(resource, where, variables));
  // A pattern whose variable has no value matches nothing; under NotResource that would grant everything, so there it ends the statement.
  if (negated) return (subject) => matchers.every((matches) => matches(subject.resource, subject) === false);
  const [only] = matchers;
  if (matchers.length === 1 && only) return (subject) => only(subject.resource, subject) === true;
  return (subject) => matchers.some((matches) => matches(subject.resource, subject) === true);
}

function compileResource(resource: string, where: string, variables: boolean): TextMatcher {
  const tokens = tokenize(resource, { variables, wildcards: true });
  if (resource === '*') return createMatcher(tokens);
  const fields = checkArn(resource, tokens, where);
  // An ARN that stops early means all that begins so: `arn:aws:sqs` is `arn:aws:sqs:*:*:*`.
  const missing = Array.from({ length: Math.max(0, ARN_FIELDS - fields) }, () => tokenize(':*', { variables: false, wildcards: true }));
  return createMatcher([...tokens, ...missing.flat()]);
}

/** Throws as IAM does on what is no ARN; answers how many of the six fields are there. */
function checkArn(resource: string, tokens: readonly Token[], where: string): number {
  const place = `(${where})`;
  const [arn, partition = '', service = '', region = '', , name = ''] = resource.split(':', ARN_FIELDS);
  if (arn !== 'arn') throw new PolicyError(`Resource ${resource} must be in ARN format or "*". ${place}`);
  if (!PARTITIONS.has(partition)) throw new PolicyError(`Partition "${partition}" is not valid for resource "${resource}". ${place}`);
  if (!/^[A-Za-z0-9-]+$/.test(service)) {
    throw new PolicyError(`Resource vendor must be fully qualified and cannot contain regexes. ${place}: "${resource}"`);
  }
  const isRegional = service === 's3' && REGIONAL_S3.test(name);
  if (GLOBAL_SERVICES.has(service) && !isRegional && region !== '' && region !== '*') {
    throw new PolicyError(`${service === 'iam' ? 'IAM' : 'S3'} resource ${resource} cannot contain region information. ${place}`);
  }
  let colons = 0;
  for (const token of tokens) {
    if (token.kind === 'text') colons += token.text.split(':').length - 1;
    if (token.kind === 'variable' && colons < ARN_FIELDS - 1) {
      throw new PolicyError(`Resource ${resource} may use a policy variable only after the fifth colon. ${place}`);
    }
  }
  return colons + 1;
}
