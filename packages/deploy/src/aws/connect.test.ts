import { execFileSync } from 'node:child_process';
import { afterEach, expect, test, vi } from 'vitest';
import { connect } from './connect.ts';
import { registryEndpoint } from './public-registry.ts';

afterEach(() => void vi.unstubAllEnvs());

test('the region: given, then AWS_REGION, then AWS_DEFAULT_REGION, then the profile, and else a clear error', async () => {
  vi.stubEnv('AWS_DEFAULT_REGION', 'eu-west-3');
  vi.stubEnv('AWS_REGION', '');
  vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent');
  expect((await connect({})).region).toBe('eu-west-3');
  vi.stubEnv('AWS_REGION', 'eu-west-2');
  expect((await connect({})).region).toBe('eu-west-2');
  expect((await connect({ region: 'eu-west-1' })).region).toBe('eu-west-1');
  vi.stubEnv('AWS_REGION', '');
  vi.stubEnv('AWS_DEFAULT_REGION', '');
  await expect(connect({})).rejects.toMatchObject({ code: 'REGION_MISSING', message: expect.stringContaining('AWS_REGION') });
});

test('public.ecr.aws is redirected as every AWS service is; other registries are not', () => {
  const env = { AWS_ENDPOINT_URL: 'http://all', AWS_ENDPOINT_URL_ECR_PUBLIC: 'http://public' };
  expect(registryEndpoint('public.ecr.aws', {}, {})).toBe('https://public.ecr.aws');
  expect(registryEndpoint('public.ecr.aws', {}, { AWS_ENDPOINT_URL: 'http://all' })).toBe('http://all');
  expect(registryEndpoint('public.ecr.aws', {}, env)).toBe('http://public');
  expect(registryEndpoint('public.ecr.aws', { endpoint: 'http://given' }, env)).toBe('http://given');
  expect(registryEndpoint('public.ecr.aws', {}, { ...env, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' })).toBe('https://public.ecr.aws');
  expect(registryEndpoint('ghcr.io', {}, env)).toBe('https://ghcr.io');
});

test('importing the package loads neither an SDK client nor the bundler', () => {
  const loadedBy = (url: string): string[] => {
    const script = `import ${JSON.stringify(url)}; import { createRequire } from 'node:module'; console.log(JSON.stringify(Object.keys(createRequire(import.meta.url).cache)))`;
    const paths = JSON.parse(execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' })) as string[];
    return paths.filter((path) => /@aws-sdk|esbuild/.test(path));
  };
  expect(loadedBy(import.meta.resolve('@aws-sdk/client-sts'))).not.toEqual([]);
  expect(loadedBy(new URL('../index.ts', import.meta.url).href)).toEqual([]);
});
