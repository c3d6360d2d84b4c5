import { expect, test } from 'vitest';
import { defineAgent } from './define-agent.ts';
import type { AgentDefinition } from './definition.ts';

test.each<[string, Partial<AgentDefinition>, string]>([
  ['a name with a dash', { name: 'my-agent' }, 'name "my-agent" must be a letter'],
  ['a name of 49 characters', { name: 'a'.repeat(49) }, 'at most 48'],
  ['51 variables', { env: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`V${n}`, ''])) }, 'at most 50'],
  ['a value of 5,001 characters', { env: { LONG: 'x'.repeat(5001) } }, 'env LONG is 5001'],
  ['an idle time above the lifetime', { lifecycle: { idleSessionSeconds: 600, maxLifetimeSeconds: 300 } }, 'must not be more than'],
  ['a lifetime of a day', { lifecycle: { maxLifetimeSeconds: 86_400 } }, '60 to 28800'],
  ['a provider with a slash', { credentials: ['a/b'] }, "is not a provider's name"],
  ['a wildcard as a provider', { credentials: ['*'] }, "is not a provider's name"],
  ['the owner tag', { tags: { 'agentcore-deploy:agent': 'x' } }, 'is reserved'],
  ['a role that is a name', { role: 'MyRole' }, 'is not the ARN of a role'],
  ['a base that is no reference', { base: 'Not An Image' }, 'is not an image reference'],
])('%s is refused before anything is sent', (_what, wrong, message) => {
  expect(() => defineAgent({ name: 'agent', ...wrong })).toThrow(
    expect.objectContaining({ code: 'INVALID_CONFIG', message: expect.stringContaining(message) }),
  );
});

test.each<[string, unknown, string]>([
  ['nothing', {}, 'name is missing'],
  ['no object', null, 'expected an object, { name, entry, ... }'],
  ['a key by its long name', { name: 'a', enviroment: { A: '1' } }, 'enviroment is unknown: did you mean env?'],
  ['a name in env with =', { name: 'a', env: { 'A=B': '1' } }, 'env "A=B" must have a name without ='],
  ['a key that is misspelled', { name: 'a', entri: 'x.ts' }, 'entri is unknown: did you mean entry?'],
  ['a key that is like none', { name: 'a', timeout: 5 }, 'timeout is unknown: expected name, entry, artifact,'],
  ['a key in a part', { name: 'a', lifecycle: { idleSeconds: 60 } }, 'lifecycle.idleSeconds is unknown: expected idleSessionSeconds,'],
  ['a VPC without its subnets', { name: 'a', network: 'VPC' }, "network must be 'PUBLIC', or { subnets: [...], securityGroups"],
  ['an empty network', { name: 'a', network: {} }, 'network.subnets is missing; network.securityGroups is missing'],
  ['a VPC with no subnets', { name: 'a', network: { subnets: [], securityGroups: ['sg-01234567'] } }, 'network.subnets has 0 entries'],
  ['a subnet by name', { name: 'a', network: { subnets: ['mine'], securityGroups: ['sg-01234567'] } }, '"mine" is not an id as subnet-'],
  [
    'a kind of credentials',
    { name: 'a', credentials: [{ name: 'x', kind: 'apikey' }] },
    `credentials[0].kind is "apikey", expected 'api-key' or`,
  ],
  ['credentials without a kind', { name: 'a', credentials: [{ name: 'x' }] }, 'credentials[0].kind is missing'],
  ['credentials that are no list', { name: 'a', credentials: 'openai' }, 'credentials is a string, expected a list'],
  [
    'a policy that is one statement',
    { name: 'a', policies: { x: { Effect: 'Allow' } } },
    'policies.x is an object, expected a list of statements',
  ],
  ['a policy without statements', { name: 'a', policies: { x: [] } }, 'policies.x has no statements: leave it out'],
  [
    'an effect',
    { name: 'a', policies: { x: [{ Effect: 'Alow', Action: 'a:b', Resource: '*' }] } },
    'policies.x[0].Effect is "Alow", expected',
  ],
  [
    'a statement about nothing',
    { name: 'a', policies: { x: [{ Effect: 'Allow', Action: 'a:b' }] } },
    'policies.x[0] needs either Resource or',
  ],
  ['a number in env', { name: 'a', env: { PORT: 8080 } }, 'env.PORT is a number, expected a string: put it in quotes'],
  ['a null in env', { name: 'a', env: { DEBUG: null } }, 'env.DEBUG is null, expected a string'],
  ['a null in tags', { name: 'a', tags: { team: null } }, 'tags.team is null, expected a string'],
  ['a part that is null', { name: 'a', lifecycle: null }, 'lifecycle is null, expected an object with idleSessionSeconds,'],
  [
    'seconds as a string',
    { name: 'a', lifecycle: { idleSessionSeconds: '600' } },
    'lifecycle.idleSessionSeconds is a string, expected a whole number',
  ],
  ['an entry that is no path', { name: 'a', entry: 5 }, 'entry is a number, expected a path or a URL'],
  ['an artifact', { name: 'a', artifact: 'docker' }, `artifact is "docker", expected 'image' or 'zip'`],
  ['a protocol', { name: 'a', protocol: 'http' }, `protocol is "http", expected 'HTTP' or`],
  ['an authorizer without an issuer', { name: 'a', authorizer: {} }, 'authorizer.discoveryUrl is missing'],
  ['headers that are no list', { name: 'a', requestHeaders: 'X-A' }, 'requestHeaders is a string, expected a list'],
  ['no headers', { name: 'a', requestHeaders: [] }, 'requestHeaders has 0 entries, 1 to 20'],
  ['a header with a space', { name: 'a', requestHeaders: ['x y'] }, '"x y" is not the name of a header'],
  ['a description of nothing', { name: 'a', description: '' }, 'description has 0 characters'],
  ['half of the credentials', { name: 'a', aws: { credentials: { accessKeyId: 'x' } } }, 'aws.credentials.secretAccessKey is missing'],
  [
    'a lifetime below the idle time by default',
    { name: 'a', lifecycle: { maxLifetimeSeconds: 300 } },
    'idleSessionSeconds (900 by default: set it too)',
  ],
])('%s, from JSON or plain JavaScript, is refused in words', (_what, definition, message) => {
  expect(() => defineAgent(definition as AgentDefinition)).toThrow(
    expect.objectContaining({ name: 'DeployError', code: 'INVALID_CONFIG', message: expect.stringContaining(message) }),
  );
});

test('a field that is left out as undefined, and what IAM and other libraries allow, is no mistake', () => {
  const definition = {
    name: 'a',
    entry: undefined,
    lifecycle: { idleSessionSeconds: 300, maxLifetimeSeconds: 300 },
    policies: {
      x: [{ Effect: 'Deny', NotAction: ['s3:GetObject'], NotResource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
    },
    network: { subnets: ['subnet-0123456789abcdef0'], securityGroups: ['sg-01234567'] },
    aws: { credentials: { accessKeyId: 'x', secretAccessKey: 'y', expiration: new Date(0) } },
  };
  expect(() => defineAgent(definition as unknown as AgentDefinition)).not.toThrow();
});

test('mistakes of shape and of limits are named together, and no value of env is', () => {
  const wrong = { name: 'a-b', env: { KEY: ['a-secret'], LONG: `secret${'x'.repeat(5000)}` }, netwrok: 'PUBLIC', role: 'r' };
  expect(() => defineAgent(wrong as unknown as AgentDefinition)).toThrow(
    /^(?!.*secret).*env\.KEY is a list, expected a string; netwrok is unknown: did you mean network\?; name "a-b".*role "r"/,
  );
});

test('all mistakes are named at once, and no value of env is', () => {
  expect(() => defineAgent({ name: '1', env: { KEY: `secret${'x'.repeat(5000)}` }, role: 'r' })).toThrow(
    /^(?!.*secretx).*name "1".*env KEY.*role "r"/,
  );
});

test('with() describes another agent and leaves the first as it was', () => {
  const agent = defineAgent({ name: 'agent', env: { A: '1' } });
  expect(agent.with({ credentials: ['openai'] }).definition).toEqual({ name: 'agent', env: { A: '1' }, credentials: ['openai'] });
  expect(agent.definition).toEqual({ name: 'agent', env: { A: '1' } });
  expect(() => agent.with({ name: '' })).toThrow(expect.objectContaining({ code: 'INVALID_CONFIG' }));
});
