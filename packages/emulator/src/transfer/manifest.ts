/** What an export says of itself, as its first entry. */
export interface ExportManifest {
  format: 'agentcore-local-export';
  /** Raised when an older emulator could not read it. */
  version: 1;
  /** Whether values of secrets, and the key that opens them, are in it. */
  secrets: boolean;
  exportedAt: string;
  emulator: string;
}

export const MANIFEST_FILE = 'manifest.json';
export const STATE_FILE = 'state.sqlite';
export const KEY_FILE = 'seal.key';
export const BLOBS = 'blobs';

export function isManifest(value: unknown): value is ExportManifest {
  const { format, version, secrets } = (value ?? {}) as Partial<ExportManifest>;
  return format === 'agentcore-local-export' && version === 1 && typeof secrets === 'boolean';
}
