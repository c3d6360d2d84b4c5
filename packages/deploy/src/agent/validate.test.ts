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
