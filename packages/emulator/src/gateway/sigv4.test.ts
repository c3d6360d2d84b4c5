import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AwsError } from './aws-error.ts';
import { deriveSigningKey, parseSignature, verifySignature } from './sigv4.ts';

const CREDENTIALS = { accessKeyId: 'AKIAEXAMPLEEXAMPLE23', secretAccessKey: 'example/secret+key' };

/** The official signer needs a hash in the form of the Web Crypto shims. */
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

async function sign({
  path = '/runtimes/',
  query = {},
  body = '{}',
  method = 'POST',
  at = new Date('2026-01-02T03:04:05Z'),
  headers = {},
}: {
  headers?: Record<string, string>;
  path?: string;
  query?: Record<string, string | string[]>;
  body?: string;
  method?: string;
  at?: Date;
} = {}) {
  const signer = new SignatureV4({ service: 'bedrock-agentcore', region: 'us-west-2', credentials: CREDENTIALS, sha256: Sha256 as never });
  const signed = await signer.sign(
    {
      method,
      protocol: 'http:',
      hostname: '127.0.0.1',
      path,
      query,
      headers: { host: '127.0.0.1', 'content-type': 'application/json', ...headers },
      body,
    },
    { signingDate: at },
  );
  const search = Object.entries(query)
    .flatMap(([key, value]) => [value].flat().map((item) => `${encodeURIComponent(key)}=${encodeURIComponent(item)}`))
    .join('&');
  return { method, url: search === '' ? path : `${path}?${search}`, headers: signed.headers, body: Buffer.from(body) };
}

function verify(request: Awaited<ReturnType<typeof sign>>, now = new Date('2026-01-02T03:04:10Z'), secret = CREDENTIALS.secretAccessKey) {
  const signature = parseSignature(request.headers);
  verifySignature(signature, request, deriveSigningKey(secret, signature), now);
  return signature;
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof AwsError) return error.code;
    throw error;
  }
  throw new Error('expected a refusal');
}

describe('SigV4', () => {
  test('a request of the official signer is accepted, and says who signed it', async () => {
    expect(verify(await sign())).toMatchObject({ accessKeyId: CREDENTIALS.accessKeyId, region: 'us-west-2', service: 'bedrock-agentcore' });
  });

  test('any path, query and body that the official signer signs is accepted', async () => {
    const segment = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .filter((text) => text !== '.' && text !== '..')
      .map(encodeURIComponent);
    const queries = fc.dictionary(
      fc.string({ minLength: 1, maxLength: 8 }),
      fc.oneof(fc.string({ maxLength: 8 }), fc.array(fc.string({ maxLength: 4 }), { minLength: 1, maxLength: 3 })),
      { maxKeys: 4 },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(segment, { maxLength: 4 }), queries, fc.string(), async (segments, query, body) => {
        verify(await sign({ path: `/${segments.join('/')}`, query: { ...query }, body }));
      }),
      { numRuns: 300 },
    );
  });

  test('a changed body, path, query, method, header or secret is refused', async () => {
    const request = await sign({ query: { qualifier: 'DEFAULT' } });
    const changes = [
      { ...request, body: Buffer.from('{ }') },
      { ...request, url: request.url.replace('/runtimes/', '/runtime/') },
      { ...request, url: request.url.replace('DEFAULT', 'DEFAULU') },
      { ...request, method: 'PUT' },
      { ...request, headers: { ...request.headers, 'content-type': 'text/plain' } },
    ];
    for (const changed of changes) expect(codeOf(() => verify(changed))).toBe('SignatureDoesNotMatch');
    expect(codeOf(() => verify(request, undefined, 'another secret'))).toBe('SignatureDoesNotMatch');
  });

  test('a body that is not the one whose hash was declared is refused', async () => {
    const request = await sign({ body: 'one' });
    expect(request.headers['x-amz-content-sha256']).toMatch(/^[0-9a-f]{64}$/);
    expect(codeOf(() => verify({ ...request, body: Buffer.from('two') }))).toBe('SignatureDoesNotMatch');
  });

  test('a header that says what is meant is signed, or refused', async () => {
    const request = await sign();
    const added = { ...request, headers: { ...request.headers, 'x-amz-target': 'secretsmanager.GetRandomPassword' } };
    expect(codeOf(() => verify(added))).toBe('SignatureDoesNotMatch');
    expect(codeOf(() => verify({ ...request, headers: { ...request.headers, 'x-amz-meta': 'x' } }))).toBe('SignatureDoesNotMatch');
    // Not of SigV4: a proxy may add it.
    verify({ ...request, headers: { ...request.headers, 'x-amzn-trace-id': 'Root=1' } });
  });

  test('a body that nobody has signed is refused: only S3 takes one', async () => {
    const request = await sign({ headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } });
    expect(request.headers['x-amz-content-sha256']).toBe('UNSIGNED-PAYLOAD');
    expect(codeOf(() => verify(request))).toBe('SignatureDoesNotMatch');
  });

  test('a signature with something added, or in capitals, is refused', async () => {
    const request = await sign();
    const signedBy = (change: (signature: string) => string) => ({
      ...request,
      headers: { ...request.headers, authorization: request.headers['authorization']!.replace(/[0-9a-f]{64}$/, change) },
    });
    verify(signedBy((signature) => signature));
    for (const change of [(text: string) => `${text}zz`, (text: string) => `${text}00`, (text: string) => text.toUpperCase(), () => ''])
      expect(['SignatureDoesNotMatch', 'IncompleteSignature']).toContain(codeOf(() => verify(signedBy(change))));
  });

  test('a header that was signed but never sent is empty, whatever its name is on every object', async () => {
    const request = await sign();
    for (const name of ['constructor', '__proto__', 'tostring', 'x-none']) {
      const authorization = request.headers['authorization']!.replace('SignedHeaders=', `SignedHeaders=${name};`);
      expect(codeOf(() => verify({ ...request, headers: { ...request.headers, authorization } }))).toBe('SignatureDoesNotMatch');
    }
  });

  test('a request is good for five minutes before and after it was signed', async () => {
    const request = await sign();
    verify(request, new Date('2026-01-02T03:09:04Z'));
    verify(request, new Date('2026-01-02T02:59:06Z'));
    expect(codeOf(() => verify(request, new Date('2026-01-02T03:09:06Z')))).toBe('SignatureExpired');
    expect(codeOf(() => verify(request, new Date('2026-01-02T02:59:04Z')))).toBe('SignatureExpired');
  });

  test.each([
    ['no Authorization header', {}, 'MissingAuthenticationToken'],
    ['another scheme', { authorization: 'Basic abc' }, 'IncompleteSignature'],
    [
      'no signature',
      { authorization: 'AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, SignedHeaders=host', 'x-amz-date': '20260102T030405Z' },
      'IncompleteSignature',
    ],
    [
      'a scope of four parts',
      { authorization: 'AWS4-HMAC-SHA256 Credential=a/b/c/d, SignedHeaders=host, Signature=00', 'x-amz-date': '20260102T030405Z' },
      'IncompleteSignature',
    ],
    [
      'no date',
      { authorization: 'AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, SignedHeaders=host, Signature=00' },
      'IncompleteSignature',
    ],
  ])('with %s it is refused', (_case, headers, code) => {
    expect(codeOf(() => parseSignature(headers))).toBe(code);
  });
});
