import { DeployError } from '../errors.ts';
import { digestPattern } from './digest.ts';

/** Where an image is: `host/repository`, and a tag, a digest or both (then the digest wins). */
export interface ImageReference {
  host: string;
  repository: string;
  tag?: string;
  digest?: string;
}

const repositoryPattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const tagPattern = /^\w[\w.-]{0,127}$/;

/**
 * Reads an image reference as docker does: `node` is `registry-1.docker.io/library/node:latest`.
 * @throws {DeployError} `INVALID_CONFIG` when it is not one.
 */
export function parseReference(text: string): ImageReference {
  const [withoutDigest = '', digest, ...more] = text.split('@');
  const slash = withoutDigest.indexOf('/');
  const first = slash < 0 ? '' : withoutDigest.slice(0, slash);
  const hasHost = first.includes('.') || first.includes(':') || first === 'localhost';
  const rest = hasHost ? withoutDigest.slice(slash + 1) : withoutDigest;
  const colon = rest.lastIndexOf(':');
  const tag = colon < 0 ? undefined : rest.slice(colon + 1);
  const path = colon < 0 ? rest : rest.slice(0, colon);
  const host = !hasHost || first === 'docker.io' ? 'registry-1.docker.io' : first;
  const repository = host === 'registry-1.docker.io' && !path.includes('/') ? `library/${path}` : path;

  const valid =
    more.length === 0 &&
    repositoryPattern.test(repository) &&
    (tag === undefined || tagPattern.test(tag)) &&
    (digest === undefined || digestPattern.test(digest));
  if (!valid) {
    throw new DeployError(
      'INVALID_CONFIG',
      `"${text}" is not an image reference. Expected host/repository:tag or host/repository@sha256:<64 hex digits>.`,
    );
  }
  return { host, repository, ...(digest ? { digest } : {}), ...(tag ? { tag } : {}), ...(tag || digest ? {} : { tag: 'latest' }) };
}

/** The registry's base URL: https, but for a registry on this machine. */
export function endpointOf(host: string): string {
  const name = host.replace(/:\d+$/, '');
  const local = name === 'localhost' || name === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(name);
  return `${local ? 'http' : 'https'}://${host}`;
}
