import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const index = new URL('index.ts', import.meta.url).href;

/** The files that a fresh Node has loaded after `program`. */
async function loadedBy(program: string): Promise<string[]> {
  const hook = `
    import { registerHooks } from 'node:module';
    globalThis.loaded = [];
    registerHooks({ load(url, context, next) { globalThis.loaded.push(url); return next(url, context); } });
  `;
  const args = [
    '--experimental-strip-types',
    '--no-warnings',
    '--import',
    `data:text/javascript,${encodeURIComponent(hook)}`,
    '--input-type=module',
    '-e',
    `${program}; console.log(JSON.stringify(globalThis.loaded))`,
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as string[];
}

test('importing the index, and wrapping functions, loads no AWS SDK and nothing but this package', async () => {
  const loaded = await loadedBy(`
    const { IdentityClient, requiresApiKey, requiresAccessToken, apiKeyFrom } = await import(${JSON.stringify(index)});
    new IdentityClient({ cache: { ttlMs: 1000 } });
    requiresApiKey({ providerName: 'p' }, async () => {});
    requiresAccessToken({ providerName: 'p', authFlow: 'M2M' }, async () => {});
    apiKeyFrom({ providerName: 'p' })`);
  expect(loaded.length).toBeGreaterThan(10);
  expect(loaded.filter((url) => !url.startsWith('node:') && !url.includes('/packages/identity/src/'))).toEqual([]);
});

test.each([
  [
    'a key',
    `getApiKey({ providerName: 'p', workloadIdentityToken: 'wat' })`,
    'client-bedrock-agentcore',
    'client-bedrock-agentcore-control',
  ],
  ['a list of providers', 'listApiKeyCredentialProviders()', 'client-bedrock-agentcore-control', 'client-bedrock-agentcore'],
])('a call for %s loads one of the two SDK clients', async (_name, call, needed, other) => {
  const loaded = await loadedBy(`
    const { IdentityClient } = await import(${JSON.stringify(index)});
    const client = new IdentityClient({ endpoint: 'http://127.0.0.1:9', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
    await client.${call}.catch(() => {})`);
  const of = (name: string): number => loaded.filter((url) => url.includes(`/@aws-sdk/${name}/`)).length;
  expect(of(needed)).toBeGreaterThan(0);
  expect(of(other)).toBe(0);
});
