import { DeployError } from '../errors.ts';
import { parseReference } from '../oci/reference.ts';
import type { AgentDefinition } from './definition.ts';
import { ownerTag } from './names.ts';

/** The service model's own pattern for containerUri. */
const containerUri =
  /^(\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?|public\.ecr\.aws)\/((?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*)(?::[^:@]{1,300})?(?:@.+)?$/;

/**
 * Checks a definition against the limits of the services before anything is sent, and names every mistake at once.
 * Source of the limits: the service models of bedrock-agentcore-control and iam.
 */
export function validateDefinition(definition: AgentDefinition): void {
  const problems = [...problemsOf(definition)];
  if (problems.length > 0) throw new DeployError('INVALID_CONFIG', `The agent cannot be deployed as described: ${problems.join('; ')}.`);
  if (definition.base !== undefined) parseReference(definition.base);
}

function* problemsOf({
  name,
  env = {},
  tags = {},
  lifecycle = {},
  credentials = [],
  policies = {},
  role,
  requestHeaders = [],
  authorizer,
  network,
  image,
  artifact = 'image',
  base,
}: AgentDefinition): Generator<string> {
  if (!/^[a-zA-Z][a-zA-Z0-9_]{0,47}$/.test(name))
    yield `name ${JSON.stringify(name)} must be a letter and then letters, digits or _, at most 48 characters`;

  if (image !== undefined && !containerUri.test(image))
    yield `image ${JSON.stringify(image)} is not in ECR: expected ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME@sha256:... or public.ecr.aws/...`;

  if (artifact !== 'image' && artifact !== 'zip') yield `artifact ${JSON.stringify(artifact)} must be 'image' or 'zip'`;
  if (artifact === 'zip' && (image ?? base) !== undefined)
    yield `artifact 'zip' has no ${image === undefined ? 'base' : 'image'}: leave it out`;

  const variables = Object.entries(env);
  if (variables.length > 50) yield `env has ${variables.length} variables, at most 50 are allowed`;
  for (const [key, value] of variables) {
    if (key.length < 1 || key.length > 100) yield `env ${JSON.stringify(key.slice(0, 20))} must have a name of 1 to 100 characters`;
    if (value.length > 5000) yield `env ${key} is ${value.length} characters long, at most 5000 are allowed`;
  }

  const pairs = Object.entries(tags);
  if (pairs.length > 49) yield `tags has ${pairs.length} entries, at most 49 are allowed beside the one that marks the owner`;
  for (const [key, value] of pairs) {
    if (key === ownerTag || key.toLowerCase().startsWith('aws:')) yield `tag ${key} is reserved`;
    if (!/^[a-zA-Z0-9\s._:/=+@-]{1,128}$/.test(key) || !/^[a-zA-Z0-9\s._:/=+@-]{0,256}$/.test(value))
      yield `tag ${key} may hold letters, digits, spaces and . _ : / = + @ - (key 128, value 256 characters)`;
  }

  const { idleSessionSeconds: idle, maxLifetimeSeconds: max } = lifecycle;
  for (const [field, seconds] of [
    ['idleSessionSeconds', idle],
    ['maxLifetimeSeconds', max],
  ] as const) {
    if (seconds !== undefined && !(Number.isInteger(seconds) && seconds >= 60 && seconds <= 28_800))
      yield `lifecycle.${field} is ${seconds}, it must be 60 to 28800 seconds`;
  }
  if ((idle ?? 60) > (max ?? 28_800)) yield `lifecycle.idleSessionSeconds (${idle}) must not be more than maxLifetimeSeconds (${max})`;

  for (const use of credentials) {
    const provider = typeof use === 'string' ? use : use.name;
    if (!/^[a-zA-Z0-9_-]{1,128}$/.test(provider))
      yield `credentials: ${JSON.stringify(provider)} is not a provider's name (letters, digits, - and _, at most 128)`;
  }
  for (const policy of Object.keys(policies)) {
    if (!/^[\w+=,.@-]{1,100}$/.test(policy))
      yield `policies: ${JSON.stringify(policy)} is not a policy's name (letters, digits and _+=,.@-, at most 100)`;
  }
  if (role !== undefined && !/^arn:aws(-[^:]+)?:iam::\d{12}:role\/.+$/.test(role))
    yield `role ${JSON.stringify(role)} is not the ARN of a role`;
  if (requestHeaders.length > 20) yield `requestHeaders has ${requestHeaders.length} entries, at most 20 are allowed`;
  if (authorizer && !/^.+\/\.well-known\/openid-configuration$/.test(authorizer.discoveryUrl))
    yield 'authorizer.discoveryUrl must end in /.well-known/openid-configuration';
  if (typeof network === 'object' && (network.subnets.length === 0 || network.securityGroups.length === 0))
    yield 'network needs at least one subnet and one security group';
}
