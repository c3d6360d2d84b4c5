import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateRepositoryCommand, DescribeImagesCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isSkippedWithout } from '../../../../testing/is-skipped-without.ts';
import { ACCOUNT, startRegistry, type TestRegistry } from './fixture-registry.ts';
import { OCI_INDEX, type Descriptor } from './manifest.ts';
import { resolveImage } from './resolve-image.ts';

const run = promisify(execFile);

describe.skipIf(isSkippedWithout('skopeo'))('with skopeo', () => {
  let registry: TestRegistry;
  let directory: string;
  let host: string;
  beforeAll(async () => {
    registry = await startRegistry();
    directory = await mkdtemp(join(tmpdir(), 'registry-skopeo-'));
    host = new URL(registry.endpoint).host;
    for (const repositoryName of ['copy', 'formats']) await registry.ecr().send(new CreateRepositoryCommand({ repositoryName }));
  });
  afterAll(async () => {
    await rm(directory, { recursive: true, force: true });
    await registry.stop();
  });

  const skopeo = (...args: string[]) =>
    run('skopeo', args, {
      env: { ...process.env, HOME: directory, XDG_RUNTIME_DIR: directory, REGISTRY_AUTH_FILE: join(directory, 'auth.json') },
    });
  const password = async (client = registry.ecr()) =>
    Buffer.from((await registry.login(client)).slice(6), 'base64')
      .toString()
      .slice(4);

  const copy = (credentials: string, name: string) =>
    skopeo(
      'copy',
      '--override-arch=arm64',
      '--override-os=linux',
      '--src-tls-verify=false',
      '--dest-tls-verify=false',
      '--dest-creds',
      credentials,
      `docker://${host}/docker/library/node:22`,
      `docker://${host}/${name}:x`,
    );

  test('the base image is copied as nobody, with all its platforms', async () => {
    const target = join(directory, 'base');
    await skopeo('copy', '--all', '--src-tls-verify=false', `docker://${host}/docker/library/node:22-slim`, `dir:${target}`);
    const index = JSON.parse(await readFile(join(target, 'manifest.json'), 'utf8')) as { mediaType: string; manifests: Descriptor[] };
    expect([index.mediaType, index.manifests.length]).toEqual([OCI_INDEX, 2]);
  });

  test('an image is pushed with the password of ECR, listed, and pulled again', async () => {
    const credentials = `AWS:${await password()}`;
    await skopeo(
      'copy',
      '--all',
      '--src-tls-verify=false',
      '--dest-tls-verify=false',
      '--dest-creds',
      credentials,
      `docker://${host}/docker/library/node:24`,
      `docker://${host}/copy:v1`,
    );
    const { imageDetails } = await registry.ecr().send(new DescribeImagesCommand({ repositoryName: 'copy' }));
    expect(imageDetails).toHaveLength(3);
    const listed = await skopeo('list-tags', '--tls-verify=false', '--creds', credentials, `docker://${host}/copy`);
    expect(JSON.parse(listed.stdout)).toMatchObject({ Tags: ['v1'] });
    const inspected = await skopeo(
      'inspect',
      '--tls-verify=false',
      '--creds',
      credentials,
      '--override-arch=arm64',
      '--override-os=linux',
      `docker://${host}/copy:v1`,
    );
    expect(JSON.parse(inspected.stdout)).toMatchObject({ Architecture: 'arm64', Os: 'linux', RepoTags: ['v1'] });
    await expect(resolveImage(registry.services, `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/copy:v1`)).resolves.toMatchObject({
      config: { architecture: 'arm64' },
    });
  });

  test('it logs in, and images keep their digests through both formats', async () => {
    await writeFile(join(directory, 'auth.json'), '{}');
    await skopeo('login', '--tls-verify=false', '--username', 'AWS', '--password', await password(), host);
    const arm64 = ['--override-arch=arm64', '--override-os=linux', '--src-tls-verify=false', '--dest-tls-verify=false'];
    for (const format of ['oci', 'v2s2']) {
      await skopeo(
        'copy',
        ...arm64,
        `--format=${format}`,
        `docker://${host}/docker/library/node:22-slim`,
        `docker://${host}/formats:${format}`,
      );
      await skopeo(
        'copy',
        ...arm64,
        '--preserve-digests',
        `docker://${host}/formats:${format}`,
        `oci:${join(directory, `layout-${format}`)}:it`,
      ).catch((error: Error) => {
        // An OCI layout cannot hold a Docker manifest as it is; to say so is right.
        if (format === 'oci') throw error;
      });
      const raw = await skopeo('inspect', '--raw', '--tls-verify=false', `docker://${host}/formats:${format}`);
      expect(JSON.parse(raw.stdout)).toMatchObject({ schemaVersion: 2, layers: [expect.anything()] });
    }
  });

  test('a layer of some size is compressed, sent in a stream and unpacked by another client unchanged', async () => {
    const layout = join(directory, 'big');
    const tree = join(directory, 'tree.bin');
    await writeFile(tree, Buffer.alloc(20 * 1024 * 1024, 'agent'));
    await skopeo(
      'copy',
      '--override-arch=arm64',
      '--override-os=linux',
      '--src-tls-verify=false',
      '--dest-decompress',
      `docker://${host}/docker/library/node:22-slim`,
      `dir:${layout}`,
    );
    const manifest = JSON.parse(await readFile(join(layout, 'manifest.json'), 'utf8')) as { config: Descriptor; layers: Descriptor[] };
    const { blobOf } = await import('./fixture-registry.ts');
    const big = blobOf(await readFile(tree));
    const config = blobOf(
      JSON.stringify({
        architecture: 'arm64',
        os: 'linux',
        config: {},
        rootfs: { type: 'layers', diff_ids: [big.digest] },
        history: [{ created_by: 'test' }],
      }),
    );
    const next = {
      ...manifest,
      config: { ...manifest.config, digest: config.digest, size: config.bytes.length },
      layers: [{ ...manifest.layers[0]!, mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: big.digest, size: big.bytes.length }],
    };
    for (const { digest, bytes } of [big, config]) await writeFile(join(layout, digest.slice(7)), bytes);
    await writeFile(join(layout, 'manifest.json'), JSON.stringify(next));
    const credentials = `AWS:${await password()}`;
    await skopeo('copy', '--dest-tls-verify=false', '--dest-creds', credentials, `dir:${layout}`, `docker://${host}/copy:big`);
    const back = join(directory, 'back');
    await skopeo(
      'copy',
      '--src-tls-verify=false',
      '--src-creds',
      credentials,
      '--override-arch=arm64',
      '--override-os=linux',
      `docker://${host}/copy:big`,
      `dir:${back}`,
    );
    const { gunzipSync } = await import('node:zlib');
    const pulled = JSON.parse(await readFile(join(back, 'manifest.json'), 'utf8')) as { layers: Descriptor[] };
    const bytes = await readFile(join(back, pulled.layers[0]!.digest.slice(7)));
    expect(blobOf(bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).digest).toBe(big.digest);
  });

  test('a role that may not push, a wrong password and a repository that is not there are refused, and skopeo says why', async () => {
    const reader = `AWS:${await password(registry.ecrAs(['ecr:GetAuthorizationToken', 'ecr:BatchGetImage']))}`;
    await expect(copy(reader, 'copy')).rejects.toMatchObject({ stderr: expect.stringMatching(/denied|403/i) });
    await expect(copy('AWS:wrong', 'copy')).rejects.toMatchObject({
      stderr: expect.stringMatching(/unauthorized|authentication required|401/i),
    });
    await expect(copy(`AWS:${await password()}`, 'nowhere')).rejects.toMatchObject({
      stderr: expect.stringContaining("The repository with name 'nowhere' does not exist"),
    });
  });
});
