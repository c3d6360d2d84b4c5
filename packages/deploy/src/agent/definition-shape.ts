import type { AgentDefinition } from './definition.ts';
import type { Shape } from './shape.ts';
import { flag, integer, isObject, listOf, object, oneOf, recordOf, text, textOrUrl } from './shape.ts';

const credentialUse: Shape = function* (path, value) {
  if (isObject(value)) yield* object({ name: text, kind: oneOf('api-key', 'oauth2') }, ['name', 'kind'])(path, value);
  else if (typeof value !== 'string') yield `${path} must be the name of an API-key provider, or { name, kind }`;
};

const texts: Shape = function* (path, value) {
  if (typeof value !== 'string') yield* listOf(text, 'a string or a list of strings')(path, value);
};

/** `NotAction` and `NotResource` are IAM's own ways of saying it; a principal has no place in a policy of a role. */
const statement: Shape = function* (path, value) {
  yield* object(
    {
      Sid: text,
      Effect: oneOf('Allow', 'Deny'),
      Action: texts,
      NotAction: texts,
      Resource: texts,
      NotResource: texts,
      Condition: recordOf(recordOf(function* () {})),
    },
    ['Effect'],
  )(path, value);
  if (!isObject(value)) return;
  for (const key of ['Action', 'Resource'])
    if ((value[key] === undefined) === (value[`Not${key}`] === undefined)) yield `${path} needs either ${key} or Not${key}`;
};

const statements: Shape = function* (path, value) {
  yield* listOf(statement, 'a list of statements, [{ Effect, Action, Resource }]')(path, value);
  if (Array.isArray(value) && value.length === 0) yield `${path} has no statements: leave it out`;
};

const network: Shape = function* (path, value) {
  if (value === 'PUBLIC') return;
  if (isObject(value)) yield* object({ subnets: listOf(text), securityGroups: listOf(text) }, ['subnets', 'securityGroups'])(path, value);
  else yield `${path} must be 'PUBLIC', or { subnets: [...], securityGroups: [...] } for a VPC`;
};

/** Credentials may come from another library, with more in them than is needed here. */
const awsCredentials: Shape = function* (path, value) {
  const { accessKeyId, secretAccessKey, sessionToken } = isObject(value) ? value : {};
  yield* object({ accessKeyId: text, secretAccessKey: text, sessionToken: text }, ['accessKeyId', 'secretAccessKey'])(
    path,
    isObject(value) ? { accessKeyId, secretAccessKey, sessionToken } : value,
  );
};

/** The shape of every field, by name. `satisfies` sees that none is forgotten when a field is added. */
export const fields = {
  name: text,
  entry: textOrUrl,
  artifact: oneOf('image', 'zip'),
  region: text,
  image: text,
  base: text,
  credentials: listOf(credentialUse),
  policies: recordOf(statements),
  role: text,
  env: recordOf(text),
  tags: recordOf(text),
  description: text,
  lifecycle: object({ idleSessionSeconds: integer, maxLifetimeSeconds: integer }),
  network,
  authorizer: object({ discoveryUrl: text, allowedAudience: listOf(text), allowedClients: listOf(text), allowedScopes: listOf(text) }, [
    'discoveryUrl',
  ]),
  protocol: oneOf('HTTP', 'MCP', 'A2A', 'AGUI'),
  requestHeaders: listOf(text),
  adopt: flag,
  aws: object({ endpoint: text, credentials: awsCredentials, maxAttempts: integer }),
} satisfies Record<keyof AgentDefinition, Shape>;

export const definitionShape: Shape = object(fields, ['name']);
