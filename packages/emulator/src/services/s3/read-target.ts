import type { IncomingMessage } from 'node:http';
import { s3Error } from './errors.ts';

/** What a request is about. A key is there only with a bucket. */
export interface Target {
  path: string;
  query: URLSearchParams;
  bucketName: string;
  key: string;
  /** The bucket, where it is not the path that names it. */
  bucketInHost?: string;
}

/** Bucket and key from `/bucket/key`, or from `/key` with a Host such as `bucket.localhost`, as SDKs send for the endpoint http://localhost. */
export function readTarget({ url = '/', headers }: IncomingMessage): Target {
  const question = url.indexOf('?');
  const path = question < 0 ? url : url.slice(0, question);
  const query = new URLSearchParams(question < 0 ? '' : url.slice(question + 1));
  const inHost = bucketOfHost(headers.host ?? '');
  const rest = decode(path.slice(1));
  if (inHost !== undefined) return { path, query, bucketName: inHost, key: rest, bucketInHost: inHost };
  const slash = rest.indexOf('/');
  return slash < 0
    ? { path, query, bucketName: rest, key: '' }
    : { path, query, bucketName: rest.slice(0, slash), key: rest.slice(slash + 1) };
}

/** `bucket.localhost`, `bucket.s3.localhost` and `bucket.s3.REGION.localhost`; `s3.localhost` names none. */
function bucketOfHost(host: string): string | undefined {
  const name = /^(.+)\.localhost(?::\d+)?$/i.exec(host)?.[1];
  if (name === undefined) return undefined;
  const ofService = /^(?:(.+)\.)?s3(?:[.-][a-z0-9-]+)?$/i.exec(name);
  return ofService ? ofService[1] : name;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw s3Error('InvalidURI', 400, "Couldn't parse the specified URI.", { URI: path.slice(0, 1024) });
  }
}
