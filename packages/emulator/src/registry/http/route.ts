import { AwsError } from '../../gateway/aws-error.ts';
import { DOWNLOADS } from '../download-link.ts';
import { isDigest, isRepositoryName, isTag } from '../names.ts';

/** What a path of the distribution API means. */
export type Route =
  | { type: 'base' | 'catalog' }
  | { type: 'download'; token: string }
  | { type: 'uploads' | 'tags'; name: string }
  | { type: 'upload'; name: string; id: string }
  | { type: 'blob' | 'referrers'; name: string; digest: string }
  | { type: 'manifest'; name: string; reference: { imageDigest: string } | { imageTag: string } };

/** Reads a path below `/v2`. Throws the distribution API's own errors for names, tags and digests that cannot be. */
export function parseRoute(rawPath: string): Route {
  const path = decode(rawPath);
  if (path === '/v2' || path === '/v2/') return { type: 'base' };
  if (path === '/v2/_catalog') return { type: 'catalog' };
  if (path.startsWith(DOWNLOADS)) return { type: 'download', token: path.slice(DOWNLOADS.length) };
  // Greedy: a repository may have a part of its name called `blobs`.
  const [, name = '', kind, rest = ''] = /^\/v2\/(.+)\/(blobs|manifests|tags|referrers)\/(.*)$/s.exec(path) ?? [];
  if (kind === undefined) throw new AwsError('NAME_UNKNOWN', 404, 'There is nothing at this path: it is not one of the distribution API.');
  const upload = kind === 'blobs' ? /^uploads(?:\/(.*))?$/s.exec(rest) : null;
  checkName(name);
  if (upload) return upload[1] ? { type: 'upload', name, id: upload[1] } : { type: 'uploads', name };
  if (kind === 'tags') {
    if (rest === 'list') return { type: 'tags', name };
    throw new AwsError('UNSUPPORTED', 404, 'Expected tags/list.');
  }
  if (kind === 'manifests') return { type: 'manifest', name, reference: parseReference(rest) };
  return { type: kind === 'blobs' ? 'blob' : 'referrers', name, digest: checkDigest(rest) };
}

export function checkName(name: string): string {
  if (!isRepositoryName(name))
    throw new AwsError(
      'NAME_INVALID',
      400,
      `'${name.slice(0, 256)}' is not the name of a repository: expected 2 to 256 lower-case letters, digits and separators.`,
    );
  return name;
}

export function checkDigest(digest: string): string {
  if (!isDigest(digest))
    throw new AwsError('DIGEST_INVALID', 400, `'${digest.slice(0, 256)}' is not a digest: expected sha256: and 64 hexadecimal digits.`);
  return digest;
}

function parseReference(text: string): { imageDigest: string } | { imageTag: string } {
  if (text.includes(':')) return { imageDigest: checkDigest(text) };
  if (!isTag(text))
    throw new AwsError('TAG_INVALID', 400, `'${text.slice(0, 256)}' is not a tag: expected at most 128 letters, digits, '_', '.' and '-'.`);
  return { imageTag: text };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new AwsError('NAME_INVALID', 400, 'The path is not validly percent-encoded.');
  }
}
