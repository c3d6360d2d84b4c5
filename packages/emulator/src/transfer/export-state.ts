import { chmodSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Readable } from 'node:stream';
import { packTar, type TarSource } from 'modern-tar/fs';
import type { Store } from '../store/open-store.ts';
import { VERSION } from '../version.ts';
import { BLOBS, KEY_FILE, MANIFEST_FILE, STATE_FILE, type ExportManifest } from './manifest.ts';
import { stripSecrets } from './strip-secrets.ts';

export interface ExportOptions {
  /** Also the values of secrets, tokens, environment variables and access keys, and the key that opens them. Default: false. */
  secrets?: boolean;
}

/**
 * The state as one tar file: a copy of the database as it is at this moment, and the blobs of the registry. Without `secrets` nothing in it can be
 * opened by anybody: values are left out, not only sealed.
 */
export async function exportState(
  { store, blobsDirectory, now }: { store: Store; blobsDirectory: string; now: () => Date },
  { secrets = false }: ExportOptions = {},
): Promise<Readable> {
  const workspace = await mkdtemp(join(store.directory, 'export-'));
  const remove = () => rm(workspace, { recursive: true, force: true });
  try {
    const copy = join(workspace, STATE_FILE);
    store.copyTo(copy);
    chmodSync(copy, 0o600);
    if (!secrets) stripCopy(copy);
    const manifest: ExportManifest = {
      format: 'agentcore-local-export',
      version: 1,
      secrets,
      exportedAt: now().toISOString(),
      emulator: VERSION,
    };
    const sources: TarSource[] = [
      { type: 'content', target: MANIFEST_FILE, content: JSON.stringify(manifest), mode: 0o600 },
      { type: 'file', target: STATE_FILE, source: copy },
      ...(secrets ? [{ type: 'content' as const, target: KEY_FILE, content: store.sealer.keys(), mode: 0o600 }] : []),
      ...(await blobFiles(blobsDirectory)).map((path): TarSource => ({
        type: 'file',
        target: `${BLOBS}/${path}`,
        source: join(blobsDirectory, path),
      })),
    ];
    const archive = packTar(sources);
    archive.once('close', () => void remove());
    return archive;
  } catch (error) {
    await remove();
    throw error;
  }
}

function stripCopy(file: string): void {
  const database = new DatabaseSync(file);
  try {
    database.exec('PRAGMA journal_mode = DELETE;');
    stripSecrets(database);
  } finally {
    database.close();
  }
}

/** Finished blobs only: `xx/<64 hexadecimal digits>`. */
async function blobFiles(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((path) => /^[0-9a-f]{2}[/\\][0-9a-f]{64}$/.test(path)).map((path) => path.replaceAll('\\', '/'));
}
