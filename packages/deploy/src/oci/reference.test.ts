import { expect, test } from 'vitest';
import { endpointOf, parseReference } from './reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

test.each([
  ['node', { host: 'registry-1.docker.io', repository: 'library/node', tag: 'latest' }],
  ['bitnami/node:22', { host: 'registry-1.docker.io', repository: 'bitnami/node', tag: '22' }],
  ['public.ecr.aws/docker/library/node:22-slim', { host: 'public.ecr.aws', repository: 'docker/library/node', tag: '22-slim' }],
  [`localhost:5000/a/b@${digest}`, { host: 'localhost:5000', repository: 'a/b', digest }],
  [`127.0.0.1:5000/a:1@${digest}`, { host: '127.0.0.1:5000', repository: 'a', tag: '1', digest }],
])('%s is read as docker reads it', (text, expected) => {
  expect(parseReference(text)).toEqual(expected);
});

test.each(['', 'UPPER/case', 'a:b:c', 'host.example/', 'a@sha256:12', `a@${digest}@${digest}`, 'a b', 'a/../b'])(
  '"%s" is refused',
  (text) => {
    expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: 'INVALID_CONFIG' }));
  },
);

test('only a registry on this machine is spoken to without TLS', () => {
  expect(endpointOf('127.0.0.1:5000')).toBe('http://127.0.0.1:5000');
  expect(endpointOf('localhost')).toBe('http://localhost');
  expect(endpointOf('127.0.0.1.example.com')).toBe('https://127.0.0.1.example.com');
});
