import { chmodSync, copyFileSync, linkSync, mkdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Readable } from 'node:stream';
import { packTar, type TarSource } from 'modern-tar/fs';
import { asStateError } from '../store/as-state-error.ts';
import { listBlobs } from '../store/blob-folders.ts';
import { digestFile } from '../store/digest-file.ts';
import type { Store } from '../store/open-store.ts';
import { makeWorkDirectory } from '../store/work-directory.ts';
import { VERSION } from '../version.ts';
import { KEY_FILE, MANIFEST_FILE, MANIFEST_VERSION, STATE_FILE, type ExportManifest } from './manifest.ts';
import { stripSecrets } from './strip-secrets.ts';

export interface ExportOptions {
  /** Also the values of secrets, tokens, environment variables and access keys, what agents printed, and the key that opens them. Default: false. */
  secrets?: boolean;
}

/**
 * The state as one tar file: a copy of the database as it is at this moment, and the blobs. Without `secrets` nothing in it can be opened by anybody:
 * values are left out, not only sealed.
 *
 * @throws EmulatorError DATA_DIRECTORY_UNUSABLE when there is no room for the copy
 */
export async function exportState(
  { store, now }: { store: Store; now: () => Date },
  { secrets = false }: ExportOptions = {},
): Promise<Readable> {
  let work: string | undefined;
  const remove = async () => {
    if (work !== undefined) await rm(work, { recursive: true, force: true });
  };
  try {
    work = makeWorkDirectory(store.directory);
    const files = [STATE_FILE, ...(secrets ? [KEY_FILE] : [])];
    // Both in one go: the blobs that the copy refers to are there.
    store.copyTo(join(work, STATE_FILE));
    const blobs = listBlobs(store.directory);
    for (const path of blobs) keep(join(store.directory, path), join(work, path));
    chmodSync(join(work, STATE_FILE), 0o600);
    if (!secrets) stripCopy(join(work, STATE_FILE));
    else await writeFile(join(work, KEY_FILE), store.sealer.keys(), { mode: 0o600 });
    const manifest: ExportManifest = {
      format: 'agentcore-local-export',
      version: MANIFEST_VERSION,
      secrets,
      exportedAt: now().toISOString(),
      emulator: VERSION,
      files: await digestsOf(work, files),
      blobs,
    };
    const sources = [...files, ...blobs].map((path): TarSource => ({ type: 'file', target: path, source: join(work!, path) }));
    const archive = packTar([{ type: 'content', target: MANIFEST_FILE, content: JSON.stringify(manifest), mode: 0o600 }, ...sources]);
    archive.once('close', () => void remove());
    return archive;
  } catch (error) {
    await remove();
    throw asStateError(error, store.directory);
  }
}

/** A second name for the same bytes: they stay for as long as this takes, whoever deletes the blob meanwhile. */
function keep(blob: string, name: string): void {
  mkdirSync(dirname(name), { recursive: true, mode: 0o700 });
  try {
    linkSync(blob, name);
  } catch {
    // Not every file system has links.
    copyFileSync(blob, name);
  }
}

async function digestsOf(directory: string, names: readonly string[]): Promise<Record<string, string>> {
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await digestFile(join(directory, name))] as const)));
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
