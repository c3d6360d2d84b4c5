import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { bundleAgent } from '../src/bundle/bundle.ts';
import { memoryBlob } from '../src/oci/blob.ts';
import { createRegistryClient } from '../src/oci/client.ts';
import { digestOf } from '../src/oci/digest.ts';
import { putManifest } from '../src/oci/manifest.ts';
import { mediaTypes } from '../src/oci/types.ts';
import { uploadBlob } from '../src/oci/upload.ts';
import { startDockerRegistry } from '../src/test/docker-registry.ts';
import { startTap } from '../src/test/tap.ts';
import { buildScript } from './build.ts';
import type { BenchRow } from './index.ts';
import type { Measured } from './measure.ts';
import { measure, median, round } from './measure.ts';

type Figures = Measured & { requests: number; sentKb: number };

/** Image and push alone, beside containerify: same bundle, same base, same registry (Debian's), a new process each time. */
export async function pushRows(runs: number): Promise<BenchRow[]> {
  if (spawnSync('docker-registry', ['--version']).status !== 0) {
    console.error("The comparison with containerify needs Debian's docker-registry (apt-get install docker-registry): left out.");
    return [];
  }
  const directory = await mkdtemp(join(tmpdir(), 'deploy-bench-'));
  const registry = await startDockerRegistry();
  const tap = await startTap(registry.url);
  const host = new URL(tap.url).host;
  const app = join(directory, 'app');
  const bundle = join(app, 'index.mjs');
  const containerify = fileURLToPath(import.meta.resolve('containerify/lib/cli.js'));
  const ours: Record<'again' | 'first', Figures[]> = { first: [], again: [] };
  const peer: typeof ours = { first: [], again: [] };

  async function once(args: readonly string[]): Promise<Figures> {
    tap.calls.length = 0;
    const measured = await measure(args);
    return { ...measured, requests: tap.calls.length, sentKb: tap.calls.reduce((sum, { requestBytes }) => sum + requestBytes, 0) / 1024 };
  }

  try {
    await mkdir(app, { recursive: true });
    await symlink(join(import.meta.dirname, '../node_modules'), join(directory, 'node_modules'));
    await writeFile(join(app, 'package.json'), '{"name":"bench","version":"1.0.0"}');
    await writeFile(bundle, (await bundleAgent(new URL('./agent.ts', import.meta.url))).bytes);
    const pushOnce = await buildScript(new URL('./push-once.ts', import.meta.url), directory);
    await makeBase(registry.url);
    for (let run = 0; run < runs; run += 1) {
      const push = [pushOnce, tap.url, 'node', '22-slim', `ours${run}`, bundle];
      ours.first.push(await once(push));
      ours.again.push(await once(push));
      const flags =
        `--fromRegistry http://${host}/v2/ --fromImage node:22-slim --toRegistry http://${host}/v2/ --toImage peer${run}:latest --folder ${app} ` +
        '--customContent index.mjs --platform linux/arm64 --user 1000 --workdir /app --allowInsecureRegistries --allowNoPushAuth';
      const build = [containerify, ...flags.split(' '), '--entrypoint', 'node /app/index.mjs'];
      peer.first.push(await once(build));
      peer.again.push(await once(build));
    }
  } finally {
    await tap.close();
    await registry.close();
    await rm(directory, { recursive: true, force: true });
  }

  const row = (name: string, unit: string, kind: 'again' | 'first', field: keyof Figures): BenchRow => ({
    name,
    unit,
    ours: round(median(ours[kind].map((each) => each[field]))),
    peer: round(median(peer[kind].map((each) => each[field]))),
  });
  return [
    row('image and push, first time', 'ms', 'first', 'ms'),
    row('image and push, first time: processor', 'ms', 'first', 'cpuMs'),
    row('image and push, first time: memory', 'MB', 'first', 'rssMb'),
    row('image and push, first time: requests', '', 'first', 'requests'),
    row('image and push, unchanged', 'ms', 'again', 'ms'),
    row('image and push, unchanged: processor', 'ms', 'again', 'cpuMs'),
    row('image and push, unchanged: requests', '', 'again', 'requests'),
    row('image and push, unchanged: memory', 'MB', 'again', 'rssMb'),
    row('image and push, unchanged: sent', 'KB', 'again', 'sentKb'),
  ];
}

/** A base of the size of node:22-slim, some 60 MB compressed, as a plain manifest (containerify cannot read every index). */
async function makeBase(target: string): Promise<void> {
  const client = createRegistryClient({ endpoint: target });
  const content = randomBytes(60_000_000);
  const tar = await packTar([
    { header: { name: 'usr/lib/base', size: content.length, mtime: new Date(0) }, body: new Uint8Array(content) },
  ]);
  const layer = new Uint8Array(gzipSync(tar, { level: 1 }));
  const config = new TextEncoder().encode(
    JSON.stringify({
      os: 'linux',
      architecture: 'arm64',
      config: {},
      rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
      history: [{ created_by: 'bench' }],
    }),
  );
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.dockerManifest,
    config: { mediaType: mediaTypes.dockerConfig, digest: digestOf(config), size: config.length },
    layers: [{ mediaType: mediaTypes.dockerLayer, digest: digestOf(layer), size: layer.length }],
  };
  await uploadBlob(client, 'node', memoryBlob(layer, digestOf(layer)));
  await uploadBlob(client, 'node', memoryBlob(config, digestOf(config)));
  await putManifest(client, 'node', {
    bytes: new TextEncoder().encode(JSON.stringify(manifest)),
    mediaType: manifest.mediaType,
    digest: '22-slim',
  });
}
