import { statSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { unpackTar } from 'modern-tar/fs';
import { checkAccessKeys } from '../credentials/access-keys.ts';
import { EmulatorError } from '../emulator-error.ts';
import { asStateError } from '../store/as-state-error.ts';
import { digestOfBlob } from '../store/blob-folders.ts';
import { digestFile } from '../store/digest-file.ts';
import { openDatabase, openStore } from '../store/open-store.ts';
import { explained } from '../store/statements.ts';
import { makeWorkDirectory } from '../store/work-directory.ts';
import { checkState } from './check-state.ts';
import { ENTRY, isManifest, isWhole, KEY_FILE, MANIFEST_FILE, MANIFEST_VERSION, STATE_FILE, type ExportManifest } from './manifest.ts';

/** An export that was unpacked and found whole, in a directory of its own. */
export interface ReadExport {
  manifest: ExportManifest;
  directory: string;
  /** Removes the directory. */
  discard(): Promise<void>;
}

/**
 * Unpacks an export beside the state and checks every byte of it. Changes nothing of what is there.
 *
 * @throws EmulatorError IMPORT_REFUSED when it is not an export or is damaged, STATE_TOO_NEW, DATA_DIRECTORY_UNUSABLE
 */
export async function readExport(source: Readable, name: string, dataDirectory: string): Promise<ReadExport> {
  const directory = explained(dataDirectory, () => makeWorkDirectory(dataDirectory));
  const discard = () => rm(directory, { recursive: true, force: true });
  try {
    await pipeline(
      source,
      unpackTar(directory, {
        strict: true,
        fmode: 0o600,
        dmode: 0o700,
        filter: ({ type, name: entry }) => type === 'file' && ENTRY.test(entry),
      }),
    );
    const manifest = check(JSON.parse(await readFile(join(directory, MANIFEST_FILE), 'utf8')));
    await compare(directory, manifest);
    checkState(join(directory, STATE_FILE));
    // An export of an older emulator has the layout of its time.
    openDatabase(join(directory, STATE_FILE), true).close();
    if (manifest.secrets) checkKeys(directory);
    return { manifest, directory, discard };
  } catch (error) {
    await discard();
    throw explain(error, name, dataDirectory);
  }
}

function check(manifest: unknown): ExportManifest {
  if (!isManifest(manifest)) throw new Error('its manifest is not one of an export');
  if (manifest.version > MANIFEST_VERSION)
    throw new EmulatorError(
      'STATE_TOO_NEW',
      `It was exported by a newer emulator (${manifest.emulator}; export format ${manifest.version}, this one knows ${MANIFEST_VERSION}). Update the emulator.`,
    );
  if (!isWhole(manifest)) throw new Error('its manifest is incomplete');
  return manifest;
}

async function compare(directory: string, { files, blobs }: ExportManifest): Promise<void> {
  const expected = [...Object.entries(files), ...blobs.map((path) => [path, digestOfBlob(path)] as const)];
  for (const [path, digest] of expected) {
    if (!ENTRY.test(path)) throw new Error(`its manifest names ${path}`);
    if ((await digestFile(join(directory, path))) !== digest) throw new Error(`${path} in it was changed or cut off`);
  }
}

/** They are tried one after the other, and stay. */
const MAX_KEYS = 1_000;

/** The keys in it are keys, and open what they have to: the access keys, without which no emulator starts on it. */
function checkKeys(directory: string): void {
  const file = join(directory, KEY_FILE);
  const { size } = statSync(file);
  if (size > MAX_KEYS * 32) throw new Error(`${KEY_FILE} in it holds ${size} bytes, which is more than ${MAX_KEYS} keys`);
  const store = openStore({ directory, ephemeral: true });
  try {
    checkAccessKeys(store);
  } finally {
    store.close();
  }
}

/** The disk's faults are the disk's; all else is the file's. */
function explain(error: unknown, name: string, dataDirectory: string): unknown {
  const known = asStateError(error, dataDirectory);
  if (known instanceof EmulatorError && known.code !== 'STATE_DAMAGED') return known;
  const { code, path, message } = error as NodeJS.ErrnoException;
  const missing = code === 'ENOENT' && path !== undefined;
  return new EmulatorError(
    'IMPORT_REFUSED',
    `${name} is not a whole export: ${missing ? `${path.split(/[/\\]/).at(-1)} is not in it` : message.replace(/\.$/, '')}. Nothing was changed. Give a file that agentcore-local export has written.`,
    { cause: error },
  );
}
