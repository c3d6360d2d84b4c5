import { createHash, createHmac } from 'node:crypto';
import { request as httpRequest, type Agent } from 'node:http';
import type { EmulatorInfo } from '../../emulator-info.ts';

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();
const EMPTY = sha256('');

export interface Reply {
  status: number;
  text: string;
  headers: Record<string, string | string[] | undefined>;
}

export interface Upload {
  method?: string;
  path: string;
  /** As the canonical request has it: sorted, encoded. */
  query?: string;
  /** Lower-case names. */
  headers?: Record<string, string>;
  body?: string | Buffer;
  agent?: Agent;
  /** Sent instead of those of the same names that are signed. */
  sent?: Record<string, string>;
  /** Sent, but not signed. */
  unsigned?: Record<string, string>;
  /** Instead of the SHA-256 of the body. */
  payload?: string;
  /** Makes the body with what chunks are signed with. */
  encode?(sign: ChunkSigner): string | Buffer;
}

export interface ChunkSigner {
  chunk(data: string): string;
  trailer(lines: string): string;
}

/** Sends a request that is signed here, from scratch, as the documentation of S3 has it: an SDK would not send what is wrong on purpose. */
export function send(
  { endpoint, region, accessKeyId, secretAccessKey }: Pick<EmulatorInfo, 'endpoint' | 'region' | 'accessKeyId' | 'secretAccessKey'>,
  { method = 'PUT', path, query = '', headers = {}, sent = {}, unsigned = {}, agent, body = '', payload = sha256(body), encode }: Upload,
): Promise<Reply> {
  const timestamp = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const date = timestamp.slice(0, 8);
  const scope = `${date}/${region}/s3/aws4_request`;
  const all: Record<string, string> = {
    host: new URL(endpoint).host,
    ...headers,
    'x-amz-content-sha256': payload,
    'x-amz-date': timestamp,
  };
  const names = Object.keys(all).toSorted();
  const canonical = [method, path, query, ...names.map((name) => `${name}:${all[name]}`), '', names.join(';'), payload].join('\n');
  const key = [date, region, 's3', 'aws4_request'].reduce<Buffer>(
    (derived, part) => hmac(derived, part),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
  const sign = (...lines: string[]) => hmac(key, lines.join('\n')).toString('hex');
  let previous = sign('AWS4-HMAC-SHA256', timestamp, scope, sha256(canonical));
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope},SignedHeaders=${names.join(';')},Signature=${previous}`;
  const bytes = encode
    ? encode({
        chunk: (data) => (previous = sign('AWS4-HMAC-SHA256-PAYLOAD', timestamp, scope, previous, EMPTY, sha256(data))),
        trailer: (lines) => sign('AWS4-HMAC-SHA256-TRAILER', timestamp, scope, previous, sha256(lines)),
      })
    : body;
  return new Promise((resolve, reject) => {
    const url = `${endpoint}${path}${query === '' ? '' : `?${query}`}`;
    const length = { 'content-length': Buffer.byteLength(bytes) };
    httpRequest(url, { method, agent, headers: { ...all, ...sent, ...unsigned, authorization, ...length } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('end', () => resolve({ status: response.statusCode!, text, headers: response.headers }));
    })
      .once('error', reject)
      .end(bytes);
  });
}

export const codeIn = ({ text }: Reply) => /<Code>([^<]*)<\/Code>/.exec(text)?.[1];
