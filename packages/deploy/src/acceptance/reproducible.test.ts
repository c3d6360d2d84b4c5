import { execFile, execFileSync } from 'node:child_process';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cliOf } from '../../../../testing/built.ts';
import { fetchBlob } from '../oci/blob.ts';
import { createRegistryClient } from '../oci/client.ts';
import { resolveImage } from '../oci/resolve.ts';
import type { World } from '../test/world.ts';
import { startWorld } from '../test/world.ts';

const CLI = cliOf('deploy');
/** What lies beside the source of many a project. */
const PRIVATE = ['.env', '.npmrc', '.git/config', 'id_rsa', 'credentials.json'];

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

/** A checkout of the same agent: a module beside it, a package, and files that are nobody's business. */
async function checkOut(name: string): Promise<string> {
  const root = join(world.directory, name);
  await mkdir(join(root, '.git'), { recursive: true });
  await mkdir(join(root, 'node_modules/greeting'), { recursive: true });
  await writeFile(
    join(root, 'agent.ts'),
    `import { createServer } from 'node:http'; import { greeting } from 'greeting'; import { end } from './end.ts';
     createServer((_request, response) => response.setHeader('content-type', 'application/json').end(JSON.stringify({ status: 'Healthy', text: greeting + end }))).listen(8080, '0.0.0.0');`,
  );
  await writeFile(join(root, 'end.ts'), "export const end: string = '!';");
  await writeFile(join(root, 'node_modules/greeting/index.js'), "exports.greeting = 'Hello';");
  for (const file of PRIVATE) await writeFile(join(root, file), 'key = sk-that-lies-about');
  return root;
}

test('two clean checkouts give the same image: neither place nor time, umask, user or working directory changes it', async () => {
  const [one, two] = [await checkOut('one'), await checkOut('deep/down/two')];
  const first = await world.agent({ entry: join(one, 'agent.ts') }).deploy();

  for (const file of ['agent.ts', 'end.ts', 'node_modules/greeting/index.js']) await utimes(join(two, file), 1, 1);
  world.tap.calls.length = 0;
  const words = [process.execPath, CLI, 'deploy', '--json', '--name', 'test_agent', '--entry', join(two, 'agent.ts')];
  const { accessKeyId, secretAccessKey } = world.aws.credentials ?? {};
  // Not synchronously: the tap in front of AWS is in this process.
  const { stdout } = await promisify(execFile)('sh', ['-c', 'umask 0077; exec "$@"', 'sh', ...words], {
    cwd: '/',
    env: {
      PATH: process.env['PATH'],
      HOME: world.directory,
      USER: 'somebody',
      LOGNAME: 'somebody',
      TZ: 'Asia/Seoul',
      LANG: 'ko_KR.UTF-8',
      AWS_ENDPOINT_URL: world.tap.url,
      AWS_REGION: world.emulator.region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    },
  });
  expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ imageUri: first.imageUri, agentRuntimeVersion: '1' });
  expect(world.tap.writes()).toEqual([]);
});

test('the layer holds the bundle and its folder, and nothing of what lies beside the source', async () => {
  const { imageUri } = await world.agent().attach();
  const ecr = new (await import('@aws-sdk/client-ecr')).ECR({ ...world.aws, region: world.emulator.region });
  const { authorizationData } = await ecr.getAuthorizationToken({});
  const client = createRegistryClient({
    endpoint: world.emulator.endpoint,
    authorization: `Basic ${authorizationData?.[0]?.authorizationToken}`,
  });
  const repository = 'bedrock-agentcore-test_agent';
  const { manifest } = await resolveImage(client, repository, imageUri.split('@')[1] ?? '', { os: 'linux', architecture: 'arm64' });
  const tar = gunzipSync(await fetchBlob(client, repository, manifest.layers.at(-1)!));
  expect(execFileSync('tar', ['-t'], { input: tar, encoding: 'utf8' }).trim().split('\n')).toEqual(['app/', 'app/index.mjs']);
  expect(tar.includes('Hello')).toBe(true);
  expect(tar.includes('sk-that-lies-about')).toBe(false);
});
