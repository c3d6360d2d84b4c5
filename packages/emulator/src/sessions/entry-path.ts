import { posix } from 'node:path';

import { SessionError } from './session-error.ts';

/**
 * The path of a tar entry inside the image: relative, normalised, `''` for the root itself. An absolute name means the
 * image's root, as every container runtime reads it; one that climbs out of the root is an attack and refused.
 */
export function entryPath(name: string): string {
  const path = posix.normalize(`./${name}`).replace(/\/$/, '');
  if (name.includes('\0') || path === '..' || path.startsWith('../')) {
    throw new SessionError('IMAGE_INVALID', `A layer names the path ${JSON.stringify(name)}, which is outside of the image.`);
  }
  return path === '.' ? '' : path;
}
