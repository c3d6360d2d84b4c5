import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isDeep, rounds } from '../../../../testing/seed.ts';
import { blobOf, imageOf, type TestImage } from './fixture-registry.ts';
import { OCI_MANIFEST } from './manifest.ts';

interface Server {
  endpoint: string;
  authorization: string;
  process: ChildProcess;
}

let directory: string;
let alive: Server | undefined;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'registry-durable-'));
});
afterEach(async () => {
  if (alive) await kill(alive);
  await rm(directory, { recursive: true, force: true });
});

async function start(): Promise<Server> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('fixture-server.ts', import.meta.url)), directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  alive = { ...(JSON.parse(line) as Omit<Server, 'process'>), process: child };
  return alive;
}

async function kill({ process: child }: Server): Promise<void> {
  alive = undefined;
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function pushImage({ endpoint, authorization }: Server, { config, layer, manifest }: TestImage, tag: string): Promise<boolean> {
  for (const { bytes, digest } of [config, layer]) {
    const begun = await fetch(`${endpoint}/v2/app/blobs/uploads/`, { method: 'POST', headers: { authorization } });
    const location = begun.headers.get('location')!;
    await fetch(endpoint + location, { method: 'PATCH', headers: { authorization }, body: new Uint8Array(bytes) });
    await fetch(`${endpoint}${location}?digest=${digest}`, { method: 'PUT', headers: { authorization } });
  }
  const headers = { authorization, 'content-type': OCI_MANIFEST };
  return (
    (await fetch(`${endpoint}/v2/app/manifests/${tag}`, { method: 'PUT', headers, body: new Uint8Array(manifest.bytes) })).status === 201
  );
}

test('kill -9 at any moment loses nothing that was answered, and what it leaves is whole', async () => {
  const acknowledged = new Map<string, TestImage>();
  for (let round = 0; round < rounds(2, 5); round += 1) {
    const server = await start();
    let goesOn = true;
    const pushers = [0, 1, 2].map(async (pusher) => {
      for (let index = 0; goesOn; index += 1) {
        const image = imageOf();
        const tag = `r${round}-${pusher}-${index}`;
        // Once the process is gone requests fail: that is what the test is about.
        const answered = await pushImage(server, image, tag).catch(() => false);
        if (answered) acknowledged.set(tag, image);
        else goesOn = false;
      }
    });
    const goal = acknowledged.size + 3 + round;
    await expect.poll(() => acknowledged.size, { interval: 1 }).toBeGreaterThanOrEqual(goal);
    await kill(server);
    await Promise.all(pushers);
  }
  const { endpoint, authorization } = await start();
  const get = (path: string) => fetch(`${endpoint}/v2/app/${path}`, { headers: { authorization } });
  const { tags } = (await (await get('tags/list')).json()) as { tags: string[] };
  expect(tags).toEqual(expect.arrayContaining([...acknowledged.keys()]));
  for (const tag of tags) {
    const manifest = await get(`manifests/${tag}`);
    const bytes = Buffer.from(await manifest.arrayBuffer());
    expect(blobOf(bytes).digest).toBe(manifest.headers.get('docker-content-digest'));
    const { config, layers } = JSON.parse(bytes.toString()) as { config: { digest: string }; layers: { digest: string }[] };
    for (const { digest } of [config, ...layers]) {
      const blob = await get(`blobs/${digest}`);
      expect([blob.status, blobOf(Buffer.from(await blob.arrayBuffer())).digest]).toEqual([200, digest]);
    }
  }
});

test.skipIf(!isDeep || !existsSync('/proc/self/status'))('layers of any size pass through a memory that stays flat', async () => {
  const server = await start();
  const { endpoint, authorization } = server;
  const peak = async () => Number(/VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${server.process.pid}/status`, 'utf8'))![1]) * 1024;
  const MiB = 1024 * 1024;
  const chunk = Buffer.alloc(MiB, 'a layer');
  const send = async (chunks: number) => {
    const hash = createHash('sha256');
    for (let index = 0; index < chunks; index += 1) hash.update(chunk);
    const digest = `sha256:${hash.digest('hex')}`;
    const location = (await fetch(`${endpoint}/v2/app/blobs/uploads/`, { method: 'POST', headers: { authorization } })).headers.get(
      'location',
    )!;
    const body = ReadableStream.from(Array.from({ length: chunks }, () => new Uint8Array(chunk)).values());
    const sent = await fetch(endpoint + location, { method: 'PATCH', headers: { authorization }, body, duplex: 'half' } as RequestInit);
    expect(sent.headers.get('range')).toBe(`0-${chunks * MiB - 1}`);
    const done = await fetch(`${endpoint}${location}?digest=${digest}`, { method: 'PUT', headers: { authorization } });
    expect(done.status).toBe(201);
    const response = await fetch(`${endpoint}/v2/app/blobs/${digest}`, { headers: { authorization } });
    let size = 0;
    for await (const part of response.body!) size += part.length;
    expect(size).toBe(chunks * MiB);
  };
  await send(16);
  const before = await peak();
  await send(160);
  expect((await peak()) - before).toBeLessThan(64 * MiB);
});
