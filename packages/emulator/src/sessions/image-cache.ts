import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { compiledIn, createCompileCache, type CompileCache } from './compile-cache.ts';
import { imageTree } from './image-tree.ts';
import type { LayerEntry } from './layer-entry.ts';
import { materialize } from './materialize.ts';
import { ENTRIES, readLayer } from './read-layer.ts';
import { SessionError } from './session-error.ts';
import { sweepDeadOwners } from './sweep-dead-owners.ts';
import type { AgentImage, AgentImageLayer } from './types.ts';
import { asSessionError } from './as-session-error.ts';
import { unpackLayer, type UnpackBudget } from './unpack-layer.ts';

/** Far above any real image (a full Debian with Node has about 20,000), and small enough to be read in seconds. */
const MAX_ENTRIES = 500_000;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

export interface ImageCache {
  /** The directory that holds the image's root, unpacked when it was not there yet. */
  rootOf(image: AgentImage): Promise<string>;
  /** What V8 compiled of agents' code. */
  compiled: CompileCache;
}

export interface ImageCacheOptions {
  /** Holds `layers/`, `images/`, `compiled/` and, for what is being made, `tmp/`. */
  directory: string;
  /** Unpacked bytes of one image. */
  maxImageBytes: number;
}

/**
 * Layers and images by digest. Everything is made under `tmp/` and renamed when it is whole: a `kill -9` leaves a
 * temporary directory behind, which the next host sweeps, and never half an image.
 */
export async function openImageCache({ directory, maxImageBytes }: ImageCacheOptions): Promise<ImageCache> {
  const temporary = join(directory, 'tmp');
  const folders = [join(directory, 'layers'), join(directory, 'images'), compiledIn(directory), temporary];
  for (const folder of folders) await mkdir(folder, { recursive: true, mode: 0o700 });
  await sweepDeadOwners(temporary);
  const underWay = new Map<string, Promise<string>>();

  /** Runs `make` once for a path, however many ask for it at the same time. */
  const once = (path: string, make: (to: string) => Promise<void>): Promise<string> => {
    const running = underWay.get(path);
    if (running) return running;
    const promise = publish(path, make).finally(() => underWay.delete(path));
    underWay.set(path, promise);
    return promise;
  };

  const publish = async (path: string, make: (to: string) => Promise<void>): Promise<string> => {
    if (await exists(path)) return path;
    const draft = join(temporary, `${process.pid}-${randomUUID()}`);
    try {
      await make(draft);
      await rename(draft, path);
    } catch (error) {
      // Another host that shares the cache was faster: its result is the same.
      if (!(await exists(path))) throw asSessionError(error, 'The image');
    } finally {
      // What cannot be removed now is swept by the next host.
      await rm(draft, { recursive: true, force: true }).catch(() => undefined);
    }
    return path;
  };

  const openLayer = async (layer: AgentImageLayer, budget: UnpackBudget): Promise<{ path: string; entries: LayerEntry[] }> => {
    let unpacked: LayerEntry[] | undefined;
    const unpack = (): Promise<string> =>
      once(join(directory, 'layers', hex(layer.digest)), async (draft) => {
        await mkdir(draft, { mode: 0o700 });
        unpacked = await unpackLayer(layer, draft, budget);
        await writeFile(join(draft, ENTRIES), JSON.stringify(unpacked));
      });
    const path = await unpack();
    let entries = unpacked ?? (await readLayer(path));
    if (!entries) {
      // No longer what it was: anew. What earlier images have of it stays theirs.
      await rm(path, { recursive: true, force: true });
      await unpack();
      entries = unpacked ?? (await readLayer(path));
    }
    if (!entries) {
      const message = `Layer ${layer.digest} was changed by another program while it was unpacked in ${directory}.`;
      throw new SessionError('CACHE_UNWRITABLE', message);
    }
    return { path, entries };
  };

  return {
    async rootOf(image) {
      return once(join(directory, 'images', hex(image.digest)), async (draft) => {
        const budget: UnpackBudget = { bytes: maxImageBytes, entries: MAX_ENTRIES };
        const layers = [];
        for (const layer of image.layers) {
          const { path, entries } = await openLayer(layer, budget);
          layers.push({ entries, sourceOf: (file: string) => join(path, file) });
        }
        await materialize(imageTree(layers), draft);
      });
    },
    compiled: createCompileCache({ directory, temporary }),
  };
}

/** The digest becomes a file name: nothing else than a digest may. */
function hex(digest: string): string {
  if (!DIGEST.test(digest)) throw new SessionError('IMAGE_INVALID', `${JSON.stringify(digest)} is not a sha256 digest.`);
  return digest.slice('sha256:'.length);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
