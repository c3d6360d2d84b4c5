import { expect, test } from 'vitest';
import { addressOf } from './address.ts';

const nowhere = (): boolean => false;

test('an app listens on the port of the contract and on loopback', () => {
  expect(addressOf({}, {}, nowhere)).toEqual({ port: 8080, host: '127.0.0.1' });
});

test('PORT wins over the port of the contract, and an argument over PORT', () => {
  expect(addressOf({}, { PORT: '9000' }, nowhere).port).toBe(9000);
  expect(addressOf({ port: 0 }, { PORT: '9000' }, nowhere).port).toBe(0);
});

test.each([{ DOCKER_CONTAINER: '1' }, { DOCKER_CONTAINER: 'true' }])('in a container the app listens on all addresses: %j', (env) => {
  expect(addressOf({}, env, nowhere).host).toBe('0.0.0.0');
});

test.each([{}, { DOCKER_CONTAINER: '' }, { DOCKER_CONTAINER: '0' }, { DOCKER_CONTAINER: 'false' }])(
  'outside one it does not: %j',
  (env) => {
    expect(addressOf({}, env, nowhere).host).toBe('127.0.0.1');
  },
);

test('a container is also known by the file that Docker leaves in it', () => {
  expect(addressOf({}, {}, (path) => path === '/.dockerenv').host).toBe('0.0.0.0');
});

test.each(['http', '-1', '70000', '80.5'])('PORT=%s is refused', (PORT) => {
  expect(() => addressOf({}, { PORT }, nowhere)).toThrow(`PORT=${PORT}`);
});
