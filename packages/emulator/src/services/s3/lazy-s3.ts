import type { IncomingMessage } from 'node:http';
import type { S3Handler, S3Options } from './create-s3-handler.ts';

/** S3, loaded with the first request for it: its many modules would make every start slower, and most starts never need them. */
export function createLazyS3(options: S3Options): { matches(request: IncomingMessage): boolean; handle: S3Handler } {
  let loading: Promise<S3Handler> | undefined;
  return {
    matches: isForS3,
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
