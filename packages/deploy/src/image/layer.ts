import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { digestOf } from '../oci/digest.ts';

export interface LayerFile {
  /** Where it goes, relative to `/`, with forward slashes on every platform: `app/index.mjs`. */
  path: string;
  bytes: Uint8Array;
  /** POSIX mode. Default 0o644. */
  mode?: number;
}

export interface Layer {
  /** The compressed bytes that are uploaded, and their digest. */
  bytes: Uint8Array;
  digest: string;
  /** Digest of the uncompressed tar: what the image's configuration lists. */
  diffId: string;
}

/** The user that owns the files and runs the agent: not root. */
export const agentUser = 1000;

/**
 * Packs files into one layer that depends on nothing but their paths, modes and bytes: sorted, mtime 0, fixed owner, no
 * user names, a gzip header without time or platform. The same source gives the same digest on every checkout.
 */
export async function createLayer(files: readonly LayerFile[]): Promise<Layer> {
  const sorted = [...files].map((file) => ({ ...file, path: normalize(file.path) })).sort((a, b) => (a.path < b.path ? -1 : 1));
  const directories = new Set<string>();
  for (const { path } of sorted) {
    for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) directories.add(`${path.slice(0, slash)}/`);
  }
  const owner = { mtime: new Date(0), uid: agentUser, gid: agentUser, uname: '', gname: '' };
  const tar = await packTar([
    ...[...directories].sort().map((name) => ({ header: { name, type: 'directory' as const, size: 0, mode: 0o755, ...owner } })),
    ...sorted.map(({ path, bytes, mode = 0o644 }) => ({
      header: { name: path, type: 'file' as const, size: bytes.length, mode, ...owner },
      body: bytes,
    })),
  ]);
  const bytes = new Uint8Array(gzipSync(tar, { level: 6 }));
  bytes[9] = 255; // The gzip header's platform byte (RFC 1952): zlib writes the platform it was built on.
  return { bytes, digest: digestOf(bytes), diffId: `sha256:${createHash('sha256').update(tar).digest('hex')}` };
}

function normalize(path: string): string {
  return path.replaceAll('\\', '/').replace(/^(?:[A-Za-z]:)?\/+/, '');
}
