import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

export interface WireRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

class Sha256 {
  readonly #hash;
  constructor(secret?: string | Uint8Array) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }
  update(data: string | Uint8Array) {
    this.#hash.update(data);
  }
  async digest() {
    return new Uint8Array(this.#hash.digest());
  }
}

/** A request as an SDK would send it, signed before the clock runs: the client's own cost is not what is measured. */
export async function signRequest(
  target: { endpoint: string; region: string; accessKeyId: string; secretAccessKey: string },
  {
    service,
    method = 'POST',
    path = '/',
    headers = {},
    body,
  }: { service: string; method?: string; path?: string; headers?: Record<string, string>; body: string },
): Promise<WireRequest> {
  const url = new URL(target.endpoint);
  const signer = new SignatureV4({ service, region: target.region, credentials: target, sha256: Sha256 as never });
  const signed = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    port: Number(url.port),
    path,
    query: {},
    headers: { host: url.host, 'content-length': String(Buffer.byteLength(body)), ...headers },
    body,
  });
  return { method, path, headers: signed.headers, body };
}
