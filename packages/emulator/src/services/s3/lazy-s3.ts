import type { IncomingMessage } from 'node:http';
import type { ApiModel } from '../../api/model.ts';
import type { S3Handler, S3Options } from './create-s3-handler.ts';

/** S3, loaded with the first request for it: its many modules would make every start slower, and most starts never need them. */
export function createLazyS3(
  options: S3Options,
  models: readonly ApiModel[],
): {
  matches(request: IncomingMessage): boolean;
  /** Whether a request that nobody signed is S3's, as it is no other service's. */
  matchesUnsigned(request: IncomingMessage): boolean;
  handle: S3Handler;
} {
  const words = firstWords(models);
  let loading: Promise<S3Handler> | undefined;
  return {
    matches: isForS3,
    matchesUnsigned: (request) => isForS3Unsigned(request, words),
    async handle(request, response) {
      loading ??= import('./create-s3-handler.ts').then(({ createS3Handler }) => createS3Handler(options));
      return (await loading)(request, response);
    },
  };
}

/** What names S3 in its signature: in a header, or in the query of a presigned URL, of the present version or of the one before. */
function isForS3(request: IncomingMessage): boolean {
  const { headers, url = '' } = request;
  if (headers.authorization !== undefined) return /Credential=[^/]*\/[^/]*\/[^/]*\/s3\//.test(headers.authorization);
  if (isFormUpload(request)) return true;
  return /[?&]X-Amz-Credential=[^&]*(?:\/|%2F)s3(?:\/|%2F)aws4_request/i.test(url) || /[?&]AWSAccessKeyId=/.test(url);
}

/** A form of a web page has its signature among its fields. No other service here takes such a form. */
export function isFormUpload({ method, headers }: IncomingMessage): boolean {
  return method === 'POST' && headers.authorization === undefined && (headers['content-type']?.startsWith('multipart/form-data') ?? false);
}

/** A path that can name a bucket, from who names no other service: in a header, by the form of the body, or by the path. */
function isForS3Unsigned({ headers, url = '/' }: IncomingMessage, words: ReadonlySet<string>): boolean {
  if (headers.authorization !== undefined || headers['x-amz-target'] !== undefined) return false;
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return false;
  const [, word = ''] = url.split('?', 1)[0]!.split('/');
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(word) && !words.has(word);
}

/** What the paths of other services begin with. */
function firstWords(models: readonly ApiModel[]): ReadonlySet<string> {
  const rest = models.filter(({ protocol }) => protocol === 'rest-json');
  return new Set(rest.flatMap(({ operations }) => Object.values(operations).map(({ path }) => path.split('/')[1] ?? '')));
}
