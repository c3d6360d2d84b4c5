import { describe, expect, test } from 'vitest';
import { apiKeyFrom, requiresAccessToken, requiresApiKey, runWithContext, withAccessToken, withApiKey, withWAT } from './index.ts';
import { loopbackAws, type LoopbackAws } from './test/loopback-aws.ts';

const API_KEY = '/identities/api-key';
const TOKEN = '/identities/oauth2/token';

async function withCredentials(): Promise<LoopbackAws> {
  const aws = await loopbackAws();
  aws.on(API_KEY, ({ resourceCredentialProviderName: name, workloadIdentityToken: token }) => ({
    apiKey: `${String(name)}-key-${String(token)}`,
  }));
  aws.on(TOKEN, ({ scopes, workloadIdentityToken: token }) => ({ accessToken: `token-${String(scopes)}-${String(token)}` }));
  return aws;
}

const inRequest = <T>(fn: () => T, workloadAccessToken = 'wat'): T => runWithContext({ workloadAccessToken }, fn);

describe('requiresApiKey', () => {
  test('case 77: the key of the context is injected, and callers pass the rest', async () => {
    await using aws = await withCredentials();
    const ask = requiresApiKey(
      { providerName: 'openai', identity: aws.client() },
      async ({ apiKey, prompt }: { apiKey: string; prompt: string }, times: number) => [apiKey, prompt, times],
    );
    await expect(inRequest(() => ask({ prompt: 'hi' }, 3))).resolves.toEqual(['openai-key-wat', 'hi', 3]);
    expect(aws.bodies(API_KEY)).toEqual([{ resourceCredentialProviderName: 'openai', workloadIdentityToken: 'wat' }]);
  });

  test('case 76: `into` renames the parameter', async () => {
    await using aws = await withCredentials();
    const ask = requiresApiKey(
      { providerName: 'openai', into: 'secret', identity: aws.client() },
      ({ secret }: { secret: string }) => secret,
    );
    await expect(inRequest(() => ask())).resolves.toBe('openai-key-wat');
  });

  test('case 76: `into` renames the access token, too', async () => {
    await using aws = await withCredentials();
    const options = { providerName: 'api', authFlow: 'M2M', scopes: ['a', 'b'], into: 'bearer', identity: aws.client() } as const;
    const ask = requiresAccessToken(options, ({ bearer, path }: { bearer: string; path: string }) => `${path} ${bearer}`);
    await expect(inRequest(() => ask({ path: '/x' }))).resolves.toBe('/x token-a,b-wat');
  });

  test('asks on every call, so that a rotated key is picked up', async () => {
    await using aws = await withCredentials();
    let version = 0;
    aws.on(API_KEY, () => ({ apiKey: `key-${(version += 1)}` }));
    const ask = requiresApiKey({ providerName: 'openai', identity: aws.client() }, ({ apiKey }: { apiKey: string }) => apiKey);
    await expect(inRequest(() => ask())).resolves.toBe('key-1');
    await expect(inRequest(() => ask())).resolves.toBe('key-2');
  });

  test("does not change the caller's object, and takes no credential from it", async () => {
    await using aws = await withCredentials();
    const ask = requiresApiKey(
      { providerName: 'openai', identity: aws.client() },
      ({ apiKey }: { apiKey: string; prompt?: string }) => apiKey,
    );
    const given = { prompt: 'hi', apiKey: 'smuggled in' };
    await expect(inRequest(() => ask(given))).resolves.toBe('openai-key-wat');
    expect(given).toEqual({ prompt: 'hi', apiKey: 'smuggled in' });
  });

  test('keeps `this`, the error of the function, and its rest arguments', async () => {
    await using aws = await withCredentials();
    const failure = new Error('mine');
    const object = {
      name: 'object',
      ask: requiresApiKey(
        { providerName: 'openai', identity: aws.client() },
        async function (this: { name: string }, { apiKey }: { apiKey: string; fail?: boolean }) {
          if (apiKey.endsWith('fail')) throw failure;
          return `${this.name} ${apiKey}`;
        },
      ),
    };
    await expect(inRequest(() => object.ask())).resolves.toBe('object openai-key-wat');
    await expect(inRequest(() => object.ask(), 'fail')).rejects.toBe(failure);
  });

  test('an async generator stays one, and asks when it is iterated', async () => {
    await using aws = await withCredentials();
    const stream = requiresApiKey(
      { providerName: 'openai', identity: aws.client() },
      async function* ({ apiKey, n }: { apiKey: string; n: number }) {
        for (let i = 0; i < n; i += 1) yield `${apiKey} ${i}`;
        return 'end';
      },
    );
    const generator = inRequest(() => stream({ n: 2 }));
    expect(aws.requests).toEqual([]);
    const next = (): Promise<IteratorResult<string, string>> => inRequest(() => generator.next());
    expect([await next(), await next(), await next()]).toEqual([
      { done: false, value: 'openai-key-wat 0' },
      { done: false, value: 'openai-key-wat 1' },
      { done: true, value: 'end' },
    ]);
  });

  test('fails at the call with INVALID_ARGUMENT for an argument that is no object', async () => {
    await using aws = await withCredentials();
    const ask = requiresApiKey({ providerName: 'openai', identity: aws.client() }, ({ apiKey }: { apiKey: string }) => apiKey) as (
      args: unknown,
    ) => Promise<string>;
    await expect(inRequest(() => ask('text'))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message: /must be an object.*'apiKey'/ });
    expect(aws.requests).toEqual([]);
  });

  test('needs no region, credentials or network when a function is wrapped', () => {
    expect(() => requiresApiKey({ providerName: 'openai' }, ({ apiKey }: { apiKey: string }) => apiKey)).not.toThrow();
    expect(() => withApiKey({ providerName: 'openai' })).not.toThrow();
  });

  test('refuses to decorate what is no method', () => {
    const decorate = requiresApiKey({ providerName: 'openai' }) as unknown as (target: object, name: string) => void;
    expect(() => decorate({}, 'experimental')).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(/experimentalDecorators/) }),
    );
  });

  test('of a thousand interleaved calls of seven users, each gets the key and the token of its own', async () => {
    await using aws = await withCredentials();
    const identity = aws.client({ cache: { ttlMs: 60_000, maxEntries: 5 } });
    const key = requiresApiKey({ providerName: 'openai', identity }, async ({ apiKey }: { apiKey: string }) => apiKey);
    const token = requiresAccessToken(
      { providerName: 'github', authFlow: 'USER_FEDERATION', scopes: ['repo'], identity },
      ({ accessToken }: { accessToken: string }) => accessToken,
    );
    const users = Array.from({ length: 500 }, (_, n) => `user-${n % 7}`);
    const got = await Promise.all(users.map((user) => inRequest(async () => [await key(), await token()], user)));
    expect(got).toEqual(users.map((user) => [`openai-key-${user}`, `token-repo-${user}`]));
  });
});

describe('apiKeyFrom', () => {
  test('answers with the key of the request that it is called in', async () => {
    await using aws = await withCredentials();
    const apiKey = apiKeyFrom({ providerName: 'openai', identity: aws.client() });
    await expect(Promise.all([inRequest(apiKey, 'a'), inRequest(apiKey, 'b')])).resolves.toEqual(['openai-key-a', 'openai-key-b']);
  });
});

describe('the official names', () => {
  test('withApiKey appends the key, also where the caller left an argument out', async () => {
    await using aws = await withCredentials();
    const tool = withApiKey({ providerName: 'openai', identity: aws.client() })(
      async (city: string, unit: string | undefined, apiKey: string) => [city, unit, apiKey],
    );
    await expect(inRequest(() => tool('Seoul', 'C'))).resolves.toEqual(['Seoul', 'C', 'openai-key-wat']);
    await expect(inRequest(() => (tool as (city: string) => Promise<unknown>)('Seoul'))).resolves.toEqual([
      'Seoul',
      undefined,
      'openai-key-wat',
    ]);
  });

  test('withAccessToken appends the token, and takes an explicit workload token', async () => {
    await using aws = await withCredentials();
    const tool = withAccessToken({
      providerName: 'api',
      scopes: ['s'],
      authFlow: 'M2M',
      workloadIdentityToken: 'explicit',
      identity: aws.client(),
    })(async (n: number, token: string) => `${n} ${token}`);
    await expect(tool(1)).resolves.toBe('1 token-s-explicit');
  });

  test('withWAT appends the workload access token of the request', async () => {
    const tool = withWAT(async (query: string, wat: string) => `${query} ${wat}`);
    await expect(inRequest(() => tool('q'))).resolves.toBe('q wat');
  });
});
