import { DeployError } from '../errors.ts';
import { backoff } from '../util/backoff.ts';
import { sleep } from '../util/sleep.ts';
import type { BlobSource, HashingReader } from './blob.ts';
import { hashingReader } from './blob.ts';
import type { RegistryClient } from './client.ts';

export interface UploadOptions {
  /** A repository of the same registry that has the blob: then nothing needs to be sent. */
  mountFrom?: string;
  /** How often a cut upload is taken up again. Default 4. */
  attempts?: number;
  baseMs?: number;
}

/** Up to this size one PUT carries it all; above it the upload is streamed and can be taken up where it was cut. */
const singleRequestBytes = 4 * 1024 * 1024;

/**
 * Puts a blob into a repository: by mounting it from another repository, else by sending it.
 * The bytes are hashed on the way, and the upload is given up before it is completed when they are not what was promised.
 * @throws {DeployError} `DIGEST_MISMATCH`, `REGISTRY`, `REGISTRY_AUTH`.
 */
export async function uploadBlob(
  client: RegistryClient,
  repository: string,
  source: BlobSource,
  { mountFrom, attempts = 4, baseMs = 250 }: UploadOptions = {},
): Promise<'mounted' | 'uploaded'> {
  const what = `The blob ${source.digest} for ${repository}`;
  for (let attempt = 0; ; attempt += 1) {
    const begun = await begin(client, repository, source, what, attempt === 0 ? mountFrom : undefined);
    if (begun === 'mounted') return begun;
    const failure = await (source.size <= singleRequestBytes ? sendWhole : sendStreaming)(client, begun, source, what, baseMs).catch(
      (error: unknown) => error,
    );
    if (failure === undefined) return 'uploaded';
    client.signal?.throwIfAborted();
    const passing = failure instanceof DeployError && failure.code === 'REGISTRY';
    if (!passing || attempt + 1 >= attempts) throw failure;
    await sleep(backoff(attempt, { baseMs, maxMs: 10_000 }), client.signal);
  }
}

/** Starts an upload and returns where it is to be sent. */
async function begin(
  client: RegistryClient,
  repository: string,
  source: BlobSource,
  what: string,
  mountFrom: string | undefined,
): Promise<URL | 'mounted'> {
  const uploads = `/v2/${repository}/blobs/uploads/`;
  if (mountFrom !== undefined) {
    const query = new URLSearchParams({ mount: source.digest, from: mountFrom });
    // A registry that does not let us read the other repository may refuse instead of answering 202: then send it.
    const mounted = await client.send({ method: 'POST', url: `${uploads}?${query}`, expect: [201, 202], what }).catch((error: unknown) => {
      if (error instanceof DeployError) return undefined;
      throw error;
    });
    await mounted?.body?.cancel();
    if (mounted?.status === 201) return 'mounted';
    if (mounted !== undefined) return locationOf(mounted, client, what);
  }
  const response = await client.send({ method: 'POST', url: uploads, expect: [202], what });
  await response.body?.cancel();
  return locationOf(response, client, what);
}

async function sendWhole(client: RegistryClient, location: URL, source: BlobSource, what: string): Promise<void> {
  const reader = hashingReader(source);
  const chunks: Uint8Array[] = [];
  for await (const chunk of reader.read(0)) chunks.push(chunk);
  reader.verify(what);
  const bytes = new Uint8Array(Buffer.concat(chunks));
  location.searchParams.set('digest', source.digest);
  const response = await client.send({
    method: 'PUT',
    url: location.href,
    headers: { 'content-type': 'application/octet-stream' },
    body: () => bytes,
    expect: [201, 204],
    what,
    retry: false,
  });
  await response.body?.cancel();
}

async function sendStreaming(client: RegistryClient, start: URL, source: BlobSource, what: string, baseMs: number): Promise<void> {
  const reader = hashingReader(source);
  let location = start;
  let offset = 0;
  for (let cuts = 0; ; cuts += 1) {
    try {
      location = await patch(client, location, reader, source, offset, what);
      break;
    } catch (error) {
      client.signal?.throwIfAborted();
      if (!(error instanceof DeployError) || error.code !== 'REGISTRY' || cuts >= 4) throw error;
      await sleep(backoff(cuts, { baseMs, maxMs: 10_000 }), client.signal);
      const kept = await progressOf(client, location, what);
      // Nothing kept, or the registry lost its place: the caller starts a new upload.
      if (kept === undefined || kept.offset <= offset) throw error;
      ({ offset, location } = kept);
    }
  }
  try {
    reader.verify(what);
  } catch (error) {
    await client
      .send({ method: 'DELETE', url: location.href, expect: [200, 202, 204, 404, 405], what, retry: false })
      .catch(() => undefined);
    throw error;
  }
  location.searchParams.set('digest', source.digest);
  const response = await client.send({ method: 'PUT', url: location.href, headers: { 'content-length': '0' }, expect: [201, 204], what });
  await response.body?.cancel();
}

async function patch(
  client: RegistryClient,
  location: URL,
  reader: HashingReader,
  source: BlobSource,
  offset: number,
  what: string,
): Promise<URL> {
  let sourceFailure: unknown;
  async function* body(): AsyncGenerator<Uint8Array> {
    const chunks = reader.read(offset);
    try {
      for (;;) {
        // Only what the source throws: a request that fails throws its error into this generator too.
        const next = await chunks.next().catch((error: unknown) => {
          sourceFailure = error;
          throw error;
        });
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await chunks.return(undefined);
    }
  }
  try {
    const response = await client.send({
      method: 'PATCH',
      url: location.href,
      headers: {
        'content-type': 'application/octet-stream',
        'content-length': String(source.size - offset),
        ...(offset > 0 ? { 'content-range': `${offset}-${source.size - 1}` } : {}),
      },
      body,
      expect: [201, 202, 204],
      what,
      retry: false,
    });
    await response.body?.cancel();
    return locationOf(response, client, what);
  } catch (error) {
    // The source's own failure says more than "the request was interrupted".
    throw sourceFailure ?? error;
  }
}

/** How much of an interrupted upload the registry has kept. */
async function progressOf(client: RegistryClient, location: URL, what: string): Promise<{ offset: number; location: URL } | undefined> {
  const response = await client.send({ method: 'GET', url: location.href, expect: [200, 204], what, retry: false }).catch(() => undefined);
  await response?.body?.cancel();
  const end = /^(?:bytes=)?0-(\d+)$/.exec(response?.headers.get('range') ?? '')?.[1];
  // "0-0" is what registries say of an upload that has nothing yet.
  if (response === undefined || end === undefined || end === '0') return undefined;
  return { offset: Number(end) + 1, location: response.headers.has('location') ? locationOf(response, client, what) : location };
}

function locationOf(response: Response, client: RegistryClient, what: string): URL {
  const location = response.headers.get('location');
  if (location === null) throw new DeployError('REGISTRY', `${what}: ${client.origin} began an upload without saying where to send it.`);
  return new URL(location, client.origin);
}
