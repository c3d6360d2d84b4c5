import { createHash } from 'node:crypto';
import { DeployError } from '../errors.ts';
import type { RegistryClient } from './client.ts';
import { digestMismatch, verifyDigest } from './digest.ts';
import { readAtMost } from './read-at-most.ts';
import type { Descriptor } from './types.ts';

/** Content with a known digest that can be read from any offset: an upload that was cut continues where it was. */
export interface BlobSource {
  digest: string;
  size: number;
  read(offset: number): AsyncIterable<Uint8Array>;
}

export async function hasBlob(client: RegistryClient, repository: string, digest: string): Promise<boolean> {
  const response = await client.send({
    method: 'HEAD',
    url: `/v2/${repository}/blobs/${digest}`,
    expect: [200, 404],
    what: `The blob ${digest} of ${repository}`,
  });
  return response.status === 200;
}

/** Fetches a small blob (a config) whole and checks it. Use {@link remoteBlob} for layers. */
export async function fetchBlob(client: RegistryClient, repository: string, { digest, size }: Descriptor): Promise<Uint8Array> {
  const what = `The blob ${digest} of ${repository}`;
  if (size > 4 * 1024 * 1024)
    throw new DeployError('BASE_UNSUITABLE', `${what} says that it is ${size} bytes long: too much for an image's configuration.`);
  const response = await client.send({ method: 'GET', url: `/v2/${repository}/blobs/${digest}`, expect: [200], what });
  // Also where it says less than it sends.
  const bytes = await readAtMost(response, 4 * 1024 * 1024);
  if (bytes === undefined)
    throw new DeployError('BASE_UNSUITABLE', `${what} is longer than it says: too much for an image's configuration.`);
  verifyDigest(bytes, digest, what);
  return bytes;
}

/** Bytes in memory as a blob. */
export function memoryBlob(bytes: Uint8Array, digest: string): BlobSource {
  return {
    digest,
    size: bytes.length,
    async *read(offset) {
      const chunk = 256 * 1024;
      for (let at = offset; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
    },
  };
}

/** A blob of another registry, streamed and never held: a base layer can be larger than we want to keep in memory. */
export function remoteBlob(client: RegistryClient, repository: string, { digest, size }: Descriptor): BlobSource {
  return {
    digest,
    size,
    async *read(offset) {
      const response = await client.send({
        method: 'GET',
        url: `/v2/${repository}/blobs/${digest}`,
        headers: offset > 0 ? { range: `bytes=${offset}-` } : {},
        expect: [200, 206],
        what: `The blob ${digest} of ${repository}`,
      });
      // Not every registry honours a range: skip what was sent already.
      let skip = response.status === 200 ? offset : 0;
      try {
        for await (const chunk of response.body ?? []) {
          if (skip < chunk.length) yield chunk.subarray(skip);
          skip = Math.max(0, skip - chunk.length);
        }
      } catch (error) {
        client.signal?.throwIfAborted();
        throw new DeployError('REGISTRY', `${client.origin} broke off while it sent the blob ${digest} of ${repository}.`, {
          cause: error,
        });
      }
    },
  };
}

/** Reads on while hashing, so that the bytes passed on and the bytes checked are the same ones. */
export interface HashingReader {
  read(offset: number): AsyncGenerator<Uint8Array>;
  /** Throws `DIGEST_MISMATCH` unless everything was read and it was what the digest names. */
  verify(what: string): void;
}

/** After a resumed upload some bytes are read twice: each is hashed once. */
export function hashingReader(source: BlobSource): HashingReader {
  const hash = createHash('sha256');
  let hashed = 0;
  return {
    async *read(offset) {
      let at = offset;
      for await (const chunk of source.read(offset)) {
        const fresh = chunk.subarray(Math.min(chunk.length, Math.max(0, hashed - at)));
        hash.update(fresh);
        hashed += fresh.length;
        at += chunk.length;
        if (at > source.size) throw digestMismatch(`The blob ${source.digest}`, `${source.size} bytes`, 'more');
        yield chunk;
      }
      if (at !== source.size) throw new DeployError('REGISTRY', `The blob ${source.digest} ended after ${at} of ${source.size} bytes.`);
    },
    verify(what) {
      const actual = `sha256:${hash.digest('hex')}`;
      if (hashed !== source.size || actual !== source.digest) throw digestMismatch(what, source.digest, actual);
    },
  };
}
