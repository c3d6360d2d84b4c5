import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { SessionSpec } from './types.ts';

/** A directory for what V8 compiled, as one process sees it. */
export interface CompiledCode {
  path: string;
  /** Only for the probe of a version. What a session writes there, others would run. */
  writable: boolean;
}

/** What V8 compiled of the agents' code, by the version of a runtime. */
export interface CompileCache {
  /** For a session: what the probe of its version has left, to read. Undefined where it left nothing. */
  of(spec: SessionSpec): Promise<CompiledCode | undefined>;
  /** For a probe: an empty directory to write to. */
  draft(): Promise<CompiledCode>;
  /** Keeps what a probe wrote, once nothing of it runs any more. The first probe of a version wins. */
  keep(spec: SessionSpec, draft: CompiledCode): Promise<void>;
  /** Throws a draft away, if it was not kept. */
  discard(draft: CompiledCode): Promise<void>;
}

/** Where the host's cache keeps what V8 compiled. */
export const compiledIn = (cacheDirectory: string): string => join(cacheDirectory, 'compiled');

/** Where that is of the versions of one runtime. */
export const compiledOf = (cacheDirectory: string, agentRuntimeArn: string): string =>
  join(compiledIn(cacheDirectory), hash(agentRuntimeArn));

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * V8 protects its entries by a checksum alone: who can write them decides what runs. So they are written by the probe, which
 * is the version's own program before it has heard of anybody, and they serve that version of that runtime only. Another
 * runtime of the same image can have other variables, and with them its owner decides what its probe does.
 *
 * @param directory The host's cache, which keeps them.
 * @param temporary Where drafts are made: swept by the next host when this one is killed.
 */
export function createCompileCache({ directory, temporary }: { directory: string; temporary: string }): CompileCache {
  const pathOf = ({ key, image }: SessionSpec): string =>
    join(compiledOf(directory, key.agentRuntimeArn), hash(JSON.stringify([key.version, image.digest])));
  return {
    async of(spec) {
      const path = pathOf(spec);
      const found = await stat(path).catch(() => undefined);
      return found?.isDirectory() ? { path, writable: false } : undefined;
    },
    async draft() {
      const path = join(temporary, `${process.pid}-${randomUUID()}`);
      await mkdir(path, { mode: 0o700, recursive: true });
      return { path, writable: true };
    },
    async keep(spec, draft) {
      const path = pathOf(spec);
      await mkdir(dirname(path), { mode: 0o700, recursive: true });
      // Another probe of the version was faster, or the disk is full: sessions start without it as well.
      await rename(draft.path, path).catch(() => undefined);
    },
    discard: (draft) => rm(draft.path, { recursive: true, force: true }).catch(() => undefined),
  };
}
