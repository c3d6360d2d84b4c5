/** What an export says of itself, as its first entry. */
export interface ExportManifest {
  format: 'agentcore-local-export';
  /** Raised when an older emulator could not read it. */
  version: number;
  /** Whether values of secrets, and the key that opens them, are in it. */
  secrets: boolean;
  exportedAt: string;
  emulator: string;
  /** SHA-256 of the other files, by their names. */
  files: Record<string, string>;
  /** `<folder>/xx/<SHA-256>` each. */
  blobs: string[];
}

export const MANIFEST_VERSION = 1;
export const MANIFEST_FILE = 'manifest.json';
export const STATE_FILE = 'state.sqlite';
export const KEY_FILE = 'seal.key';

/** Whether this is the manifest of an export, of whatever version. */
export function isManifest(value: unknown): value is Pick<ExportManifest, 'format' | 'version' | 'emulator'> {
  const { format, version } = (value ?? {}) as Partial<ExportManifest>;
  return format === 'agentcore-local-export' && typeof version === 'number';
}

/** Whether a manifest of the present version holds what it should. */
export function isWhole(value: object): value is ExportManifest {
  const { secrets, exportedAt, files, blobs } = value as Partial<ExportManifest>;
  return (
    typeof secrets === 'boolean' &&
    typeof exportedAt === 'string' &&
    typeof files?.[STATE_FILE] === 'string' &&
    (!secrets || typeof files[KEY_FILE] === 'string') &&
    Array.isArray(blobs) &&
    blobs.every((path) => typeof path === 'string' && ENTRY.test(path))
  );
}

/** Names of the entries of an export: nothing else is unpacked. */
export const ENTRY = /^(?:manifest\.json|state\.sqlite|seal\.key|[a-z0-9-]+\/[0-9a-f]{2}\/[0-9a-f]{64})$/;
