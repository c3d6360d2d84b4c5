import { DeployError } from '../errors.ts';
import { parseReference } from '../oci/reference.ts';
import type { AgentDefinition } from './definition.ts';
import { definitionShape, fields } from './definition-shape.ts';
import { ownerTag } from './names.ts';
import { isObject } from './shape.ts';

/** The service model's own pattern for containerUri. */
const containerUri =
  /^(\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?|public\.ecr\.aws)\/((?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*)(?::[^:@]{1,300})?(?:@.+)?$/;

/** The service's own, where the description says nothing. The longest lifetime is its default too. */
const defaultIdleSeconds = 900;

/**
 * Checks a definition against the limits of the services before anything is sent, and names every mistake at once.
 * Source of the limits: the service models of bedrock-agentcore-control and iam.
 */
export function validateDefinition(definition: AgentDefinition): void {
  const problems = isObject(definition)
    ? [...definitionShape('', definition), ...problemsOf(soundPartOf(definition))]
    : ['expected an object, { name, entry, ... }'];
  if (problems.length > 0) throw new DeployError('INVALID_CONFIG', `The agent cannot be deployed as described: ${problems.join('; ')}.`);
  if (definition.base !== undefined) parseReference(definition.base);
}

/** The fields whose shape is right: limits can be looked at for these only. */
function soundPartOf(definition: AgentDefinition): Partial<AgentDefinition> {
  const entries = Object.entries(definition).filter(
    ([key, value]) =>
      value !== undefined && Object.hasOwn(fields, key) && [...fields[key as keyof AgentDefinition](key, value)].length === 0,
  );
  return Object.fromEntries(entries);
}

function* problemsOf({
  name,
  env = {},
  tags = {},
  lifecycle = {},
  credentials = [],
  policies = {},
  role,
  requestHeaders,
  authorizer,
  network,
  image,
  artifact,
  base,
  description,
}: Partial<AgentDefinition>): Generator<string> {
  if (name !== undefined && !/^[a-zA-Z][a-zA-Z0-9_]{0,47}$/.test(name))
    yield `name ${JSON.stringify(name)} must be a letter and then letters, digits or _, at most 48 characters`;

  if (image !== undefined && !containerUri.test(image))
    yield `image ${JSON.stringify(image)} is not in ECR: expected ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME@sha256:... or public.ecr.aws/...`;

  if (artifact === 'zip' && (image ?? base) !== undefined)
    yield `artifact 'zip' has no ${image === undefined ? 'base' : 'image'}: leave it out`;

  const variables = Object.entries(env);
  if (variables.length > 50) yield `env has ${variables.length} variables, at most 50 are allowed`;
  for (const [key, value] of variables) {
    if (key.length < 1 || key.length > 100) yield `env ${JSON.stringify(key.slice(0, 20))} must have a name of 1 to 100 characters`;
    if (/[=\0]/.test(key)) yield `env ${JSON.stringify(key)} must have a name without =`;
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
  // Left out, the service takes its default, and refuses the two together after everything else was made.
  const idles = idle ?? defaultIdleSeconds;
  if (max !== undefined && idles > max)
    yield `lifecycle.idleSessionSeconds (${idles}${idle === undefined ? ' by default: set it too' : ''}) must not be more than maxLifetimeSeconds (${max})`;

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
  if (requestHeaders && (requestHeaders.length < 1 || requestHeaders.length > 20))
    yield `requestHeaders has ${requestHeaders.length} entries, 1 to 20 are allowed`;
  for (const header of requestHeaders ?? [])
    if (!/^[A-Za-z][A-Za-z0-9_-]{0,255}$/.test(header)) yield `requestHeaders: ${JSON.stringify(header)} is not the name of a header`;
  if (authorizer && !/^.+\/\.well-known\/openid-configuration$/.test(authorizer.discoveryUrl))
    yield 'authorizer.discoveryUrl must end in /.well-known/openid-configuration';
  if (authorizer) {
    for (const field of ['allowedAudience', 'allowedClients', 'allowedScopes'] as const)
      if (authorizer[field]?.length === 0) yield `authorizer.${field} is empty: leave it out to allow every one`;
  }
  if (typeof network === 'object') yield* problemsOfVpc(network);
  if (description !== undefined && (description.length < 1 || description.length > 4096))
    yield `description has ${description.length} characters, 1 to 4096 are allowed: leave it out to have none`;
}

function* problemsOfVpc({ subnets, securityGroups }: { subnets: readonly string[]; securityGroups: readonly string[] }): Generator<string> {
  for (const [field, ids, prefix] of [
    ['subnets', subnets, 'subnet'],
    ['securityGroups', securityGroups, 'sg'],
  ] as const) {
    if (ids.length < 1 || ids.length > 16) yield `network.${field} has ${ids.length} entries, 1 to 16 are allowed`;
    for (const id of ids)
      if (!new RegExp(`^${prefix}-[0-9a-zA-Z]{8,17}$`).test(id))
        yield `network.${field}: ${JSON.stringify(id)} is not an id as ${prefix}-0123456789abcdef0`;
  }
}
