import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runCli } from '../test/launch-cli.ts';
import { commandEnvironment } from './command-environment.ts';

const STS = import.meta.resolve('@aws-sdk/client-sts');
const ELSEWHERE = 'http://127.0.0.1:9';

test('the command of exec reaches the emulator, whatever its user has set in the shell and in ~/.aws/config', async () => {
  const home = await mkdtemp(join(tmpdir(), 'command-environment-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  await mkdir(join(home, '.aws'));
  const settings = ['ignore_configured_endpoint_urls = true', 'use_fips_endpoint = true', 'use_dualstack_endpoint = true'];
  await writeFile(join(home, '.aws/config'), ['[default]', `endpoint_url = ${ELSEWHERE}`, ...settings, ''].join('\n'));
  const script = `const { STS } = await import('${STS}'); console.log((await new STS().getCallerIdentity()).Account);`;
  const callFrom = async (...shell: string[]) => {
    const exec = ['exec', '--ephemeral', '--account', '111122223333', '--', process.execPath, '--input-type=module', '-e', script];
    return runCli(exec, { prefix: ['env', `HOME=${home}`, ...shell] });
  };
  const reached = { status: 0, output: '111122223333\n', errors: '' };
  expect(
    await callFrom(
      'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true',
      `AWS_ENDPOINT_URL_STS=${ELSEWHERE}`,
      'AWS_USE_FIPS_ENDPOINT=true',
      'AWS_USE_DUALSTACK_ENDPOINT=true',
      'AWS_CREDENTIAL_EXPIRATION=2001-01-01T00:00:00Z',
      'AWS_SESSION_TOKEN=t',
      'AWS_PROFILE=none',
    ),
  ).toEqual(reached);
  expect(await callFrom()).toEqual(reached);
});

describe('where a proxy is set', () => {
  const hosts = '127.0.0.1,localhost';
  test.each([
    [{ HTTP_PROXY: 'http://p' }, { NO_PROXY: hosts, no_proxy: hosts }],
    [
      { http_proxy: 'http://p', NO_PROXY: 'corp, localhost' },
      { NO_PROXY: 'corp,localhost,127.0.0.1', no_proxy: 'corp,localhost,127.0.0.1' },
    ],
    [
      { all_proxy: 'socks5://p', NO_PROXY: 'a', no_proxy: 'b' },
      { NO_PROXY: `a,${hosts}`, no_proxy: `b,${hosts}` },
    ],
    [
      { ALL_PROXY: 'socks5://p', no_proxy: '*' },
      { NO_PROXY: '*', no_proxy: '*' },
    ],
    [{ HTTP_PROXY: '' }, {}],
    [{ HTTP_PROXY: '', no_proxy: 'b' }, { no_proxy: 'b' }],
  ])('%j: this machine is reached without it', (shell, expected) => {
    const { NO_PROXY, no_proxy } = commandEnvironment(shell, {});
    expect(Object.fromEntries(Object.entries({ NO_PROXY, no_proxy }).filter(([, value]) => value !== undefined))).toEqual(expected);
  });
});

test('a base URL of OpenAI does not stand beside an endpoint of Azure: its client throws where both are set', () => {
  const emulator = { OPENAI_BASE_URL: 'http://here/v1', OPENAI_API_KEY: 'k' };
  expect(commandEnvironment({ AZURE_OPENAI_ENDPOINT: 'https://mine.openai.azure.com' }, emulator)['OPENAI_BASE_URL']).toBeUndefined();
  expect(commandEnvironment({ AZURE_OPENAI_ENDPOINT: '' }, emulator)['OPENAI_BASE_URL']).toBe('http://here/v1');
});

test('what the emulator says of itself wins, and everything else of the shell stays', () => {
  const shell = { AWS_ENDPOINT_URL: ELSEWHERE, AWS_CA_BUNDLE: '/ca.pem', PATH: '/bin' };
  expect(commandEnvironment(shell, { AWS_ENDPOINT_URL: 'http://here' })).toMatchObject({
    AWS_ENDPOINT_URL: 'http://here',
    AWS_CA_BUNDLE: '/ca.pem',
    PATH: '/bin',
  });
});
