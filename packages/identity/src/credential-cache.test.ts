import { describe, expect, test } from 'vitest';
import { createCredentialCache } from './credential-cache.ts';
import { IdentityClient } from './index.ts';
import { loopbackAws, type LoopbackAws } from './test/loopback-aws.ts';

const API_KEY = '/identities/api-key';
const TOKEN = '/identities/oauth2/token';
const key = { providerName: 'openai', workloadIdentityToken: 'wat' };
const token = { providerName: 'github', authFlow: 'USER_FEDERATION', workloadIdentityToken: 'wat' } as const;

async function counting(): Promise<LoopbackAws> {
  const aws = await loopbackAws();
  let n = 0;
  aws.on(API_KEY, () => ({ apiKey: `key-${(n += 1)}` }));
  aws.on(TOKEN, () => ({ accessToken: `token-${(n += 1)}` }));
  return aws;
}

describe('the cache of a client', () => {
  test('is off by default', async () => {
    await using aws = await counting();
    const client = aws.client();
    expect([await client.getApiKey(key), await client.getApiKey(key)]).toEqual(['key-1', 'key-2']);
  });

  test('keeps keys and tokens for each provider, token and set of parameters', async () => {
    await using aws = await counting();
    const client = aws.client({ cache: { ttlMs: 60_000 } });
    expect(await client.getApiKey(key)).toBe('key-1');
    expect(await client.getApiKey(key)).toBe('key-1');
    expect(await client.getApiKey({ ...key, workloadIdentityToken: 'wat-of-another-user' })).toBe('key-2');
    expect(await client.getToken({ ...token, scopes: ['a'] })).toBe('token-3');
    expect(await client.getToken({ ...token, scopes: ['a'], customState: 'the state does not name another token' })).toBe('token-3');
    expect(await client.getToken({ ...token, scopes: ['b'] })).toBe('token-4');
  });

  test('a forced consent is not answered from it, and empties it of what the provider gave before', async () => {
    await using aws = await counting();
    const client = aws.client({ cache: { ttlMs: 60_000 } });
    const other = { ...token, workloadIdentityToken: 'wat-of-the-next-request' };
    expect([await client.getToken(token), await client.getToken(other)]).toEqual(['token-1', 'token-2']);
    expect(await client.getToken({ ...token, forceAuthentication: true })).toBe('token-3');
    expect([await client.getToken(token), await client.getToken(other)]).toEqual(['token-3', 'token-4']);
  });

  test('what was fetched before a forced consent and comes after it is not kept', async () => {
    await using aws = await loopbackAws();
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let plain = 0;
    aws.on(TOKEN, async ({ forceAuthentication }) => {
      if (forceAuthentication === true) return { accessToken: 'new' };
      if ((plain += 1) > 1) return { accessToken: 'from the vault' };
      await held;
      return { accessToken: 'old' };
    });
    const client = aws.client({ cache: { ttlMs: 60_000 } });
    const slow = client.getToken(token);
    await expect.poll(() => aws.requests.length).toBe(1);
    await expect(client.getToken({ ...token, forceAuthentication: true })).resolves.toBe('new');
    release();
    await expect(slow).resolves.toBe('old');
    await expect(client.getToken(token)).resolves.toBe('new');
  });

  test('while a forced consent is open the service answers, and what it answered then is not kept beyond it', async () => {
    await using aws = await loopbackAws();
    let consented = false;
    aws.on(TOKEN, ({ forceAuthentication, sessionUri }) => {
      if (consented) return { accessToken: 'new' };
      if (forceAuthentication === true)
        return { authorizationUrl: 'https://vendor/authorize', sessionUri: 'urn:ietf:params:oauth:request_uri:1' };
      return sessionUri === undefined ? { accessToken: 'old' } : {};
    });
    const client = aws.client({ cache: { ttlMs: 60_000 } });
    const others = { ...token, scopes: ['other'] };
    expect([await client.getToken(token), await client.getToken(others)]).toEqual(['old', 'old']);
    const forced = await client.getToken({
      ...token,
      forceAuthentication: true,
      async tokenPoller({ ask }) {
        const before = aws.requests.length;
        expect(await client.getToken(others)).toBe('old');
        expect(aws.requests.length).toBe(before + 1);
        consented = true;
        return (await ask()) ?? '';
      },
    });
    expect(forced).toBe('new');
    expect(await client.getToken(others)).toBe('new');
  });

  test('is emptied when this client gives the provider another key, and by forget()', async () => {
    await using aws = await counting();
    aws.on('/identities/UpdateApiKeyCredentialProvider', () => ({
      name: 'openai',
      credentialProviderArn: 'arn',
      apiKeySecretArn: { secretArn: 'arn' },
    }));
    const client = aws.client({ cache: { ttlMs: 60_000 } });
    expect(await client.getApiKey(key)).toBe('key-1');
    await client.updateApiKeyCredentialProvider({ name: 'openai', apiKey: 'sk-new' });
    expect(await client.getApiKey(key)).toBe('key-2');
    client.forget({ providerName: 'another' });
    expect(await client.getApiKey(key)).toBe('key-2');
    client.forget();
    expect(await client.getApiKey(key)).toBe('key-3');
  });

  test('never keeps a failure', async () => {
    await using aws = await loopbackAws();
    let first = true;
    aws.on(API_KEY, () =>
      first ? ((first = false), { errorType: 'ResourceNotFoundException', status: 404, message: 'not yet' }) : { apiKey: 'k' },
    );
    const client = aws.client({ cache: { ttlMs: 60_000 } });
    await expect(client.getApiKey(key)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(client.getApiKey(key)).resolves.toBe('k');
  });

  test.each([{ ttlMs: 0 }, { ttlMs: Number.NaN }, { ttlMs: 1, maxEntries: 0 }])('refuses %o', (cache) => {
    expect(() => new IdentityClient({ cache })).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});

describe('what is kept', () => {
  test('ends with its time to live', () => {
    let now = 0;
    const cache = createCredentialCache({ ttlMs: 100 }, () => now);
    cache.set('a', 'p', 'secret', cache.epoch);
    now = 99;
    expect(cache.get('a')).toBe('secret');
    now = 100;
    expect(cache.get('a')).toBeUndefined();
  });

  test('is bounded: the oldest leaves', () => {
    const cache = createCredentialCache({ ttlMs: 100, maxEntries: 2 }, () => 0);
    for (const name of ['a', 'b', 'c']) cache.set(name, 'p', name, cache.epoch);
    expect(['a', 'b', 'c'].map((name) => cache.get(name))).toEqual([undefined, 'b', 'c']);
  });
});
