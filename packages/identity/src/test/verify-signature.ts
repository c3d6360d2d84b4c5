import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What a request was signed with, or why it was not signed well. */
export type Verdict = { ok: true; accessKeyId: string; region: string; service: string } | { ok: false; why: string };

/** Checks an AWS Signature Version 4 the way AWS does: by computing it again from what came over the wire. */
export function verifySignature(request: IncomingMessage, body: Buffer, secretAccessKey: string): Verdict {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    );
  if (match === null) return { ok: false, why: 'no signature' };
  const [, accessKeyId = '', day = '', region = '', service = '', signedHeaders = '', signature = ''] = match;
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://aws');
  const headers = signedHeaders.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}\n`);
  const query = [...searchParams].map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).sort();
  // Every service but S3 signs the path with its escapes escaped once more.
  const path = pathname.split('/').map(encodeURIComponent).join('/');
  const canonical = [request.method, path, query.join('&'), headers.join(''), signedHeaders, sha256(body)].join('\n');
  const date = String(request.headers['x-amz-date']);
  const toSign = ['AWS4-HMAC-SHA256', date, `${day}/${region}/${service}/aws4_request`, sha256(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<Buffer | string>((left, part) => hmac(left, part), `AWS4${secretAccessKey}`);
  if (hmac(key, toSign).toString('hex') !== signature) return { ok: false, why: 'the signature does not match' };
  return { ok: true, accessKeyId, region, service };
}

const sha256 = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: Buffer | string, data: string): Buffer => createHmac('sha256', key).update(data).digest();
