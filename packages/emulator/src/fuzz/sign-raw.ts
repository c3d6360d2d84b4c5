import { createHash, createHmac } from 'node:crypto';

export interface Signer {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export interface RawRequest {
  method: string;
  /** As it goes over the wire: encoded, with its query. */
  target: string;
  /** Lower-case names. */
  headers: Record<string, string>;
  body: Buffer;
}

/**
 * Signs a request as it is, also one that no SDK would make. Written from the description of Signature Version 4 and not from the emulator's code, so
 * that the two check each other.
 */
export function signRaw(
  { method, target, headers, body }: RawRequest,
  { signer, service, region, at = new Date() }: { signer: Signer; service: string; region: string; at?: Date },
): Record<string, string> {
  const stamp = at.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const all: Record<string, string> = { ...headers, 'x-amz-date': stamp };
  if (signer.sessionToken !== undefined) all['x-amz-security-token'] = signer.sessionToken;
  // Only S3 signs the path as it is sent, and wants the body's hash as a header.
  if (service === 's3') all['x-amz-content-sha256'] ??= sha256(body);
  const names = Object.keys(all).sort();
  const [path = '', ...rest] = target.split('?');
  const canonical = [
    method,
    service === 's3' ? path : encodePath(path),
    encodeQuery(rest.join('?')),
    ...names.map((name) => `${name}:${all[name]!.trim().replaceAll(/ +/g, ' ')}`),
    '',
    names.join(';'),
    all['x-amz-content-sha256'] ?? sha256(body),
  ].join('\n');
  const scope = [stamp.slice(0, 8), region, service, 'aws4_request'];
  const key = scope.reduce<Buffer>((derived, part) => hmac(derived, part), Buffer.from(`AWS4${signer.secretAccessKey}`));
  const signature = hmac(key, ['AWS4-HMAC-SHA256', stamp, scope.join('/'), sha256(Buffer.from(canonical))].join('\n')).toString('hex');
  const credential = [signer.accessKeyId, ...scope].join('/');
  return {
    ...all,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
}

function encodePath(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(encode(segment));
  }
  return `/${kept.join('/')}${kept.length > 0 && path.endsWith('/') ? '/' : ''}`;
}

function encodeQuery(query: string): string {
  if (query === '') return '';
  const pairs = query.split('&').map((pair) => {
    const [name = '', ...value] = pair.split('=');
    return [encode(decode(name)), encode(decode(value.join('=')))] as const;
  });
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return pairs
    .sort((a, b) => order(a[0], b[0]) || order(a[1], b[1]))
    .map((pair) => pair.join('='))
    .join('&');
}

export function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
