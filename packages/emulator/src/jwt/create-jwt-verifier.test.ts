import { afterAll, beforeAll, expect, test } from 'vitest';
import { startIssuer, type TestIssuer } from '../test/issuer.ts';
import { createJwtVerifier } from './create-jwt-verifier.ts';

let issuer: TestIssuer;

beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());

test('a rotated key is fetched at once, and the withdrawn one no longer counts', async () => {
  const { verify } = createJwtVerifier({ now: () => new Date() });
  const before = await issuer.sign();
  expect((await verify(before)).subject).toBe('ann');
  await issuer.rotate();
  expect((await verify(await issuer.sign())).subject).toBe('ann');
  await expect(verify(before)).rejects.toMatchObject({ code: 'BAD_SIGNATURE' });
});

test('unknown keys make it fetch the keys five times in 30 seconds at most', async () => {
  let time = Date.now();
  const { verify } = createJwtVerifier({ now: () => new Date(time) });
  await verify(await issuer.sign());
  const withdrawn = await issuer.sign();
  await issuer.rotate();
  const fetched = issuer.keyRequests();
  await verify(await issuer.sign());
  for (let count = 0; count < 8; count += 1) await expect(verify(withdrawn)).rejects.toMatchObject({ code: 'BAD_SIGNATURE' });
  expect(issuer.keyRequests() - fetched).toBe(5);
  time += 30_000;
  await expect(verify(withdrawn)).rejects.toMatchObject({ code: 'BAD_SIGNATURE' });
  expect(issuer.keyRequests() - fetched).toBe(6);
});
