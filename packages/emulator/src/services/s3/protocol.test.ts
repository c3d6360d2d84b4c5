import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';
import { createHash, createHmac } from 'node:crypto';
import { Agent } from 'node:http';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../start-emulator.ts';
import { s3Of } from '../../test/s3-client.ts';
import { codeIn, send, type ChunkSigner, type Upload } from './fixture-upload.ts';

let emulator: Emulator;
let s3: S3Client;
const Bucket = 'protocol';

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  s3 = s3Of(emulator);
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => emulator.stop());

const put = (options: Partial<Upload>) => send(emulator, { path: `/${Bucket}/key`, ...options });
const stored = async (Key = 'key') => (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToString();
const checksum = (text: string) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return bytes.toString('base64');
};
const md5 = (text: string) => createHash('md5').update(text).digest('base64');

const signedChunk = (data: string, signature: string) => `${data.length.toString(16)};chunk-signature=${signature}\r\n${data}\r\n`;
const SIGNED = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';

/** `change` spoils what is sent. */
function signed(parts: string[], change: (text: string) => string = (text) => text): Partial<Upload> {
  return {
    payload: SIGNED,
    headers: { 'x-amz-decoded-content-length': String(parts.join('').length), 'content-encoding': 'aws-chunked' },
    encode: ({ chunk }: ChunkSigner) =>
      change([...parts.map((part) => signedChunk(part, chunk(part))), `0;chunk-signature=${chunk('')}\r\n\r\n`].join('')),
  };
}

describe('a body that is signed in chunks', () => {
  test('is stored decoded, and its encoding is not taken for that of the object', async () => {
    expect((await put(signed(['a'.repeat(70_000), 'b'.repeat(10)]))).status).toBe(200);
    const answer = await s3.send(new GetObjectCommand({ Bucket, Key: 'key' }));
    expect(answer.ContentEncoding).toBeUndefined();
    expect(await answer.Body!.transformToString()).toBe('a'.repeat(70_000) + 'b'.repeat(10));
  });

  test.each<[string, (text: string) => string, string]>([
    ['a changed byte', (text) => text.replace('second', 'sec0nd'), 'SignatureDoesNotMatch'],
    ['an unsigned chunk', (text) => text.replace(/;chunk-signature=[0-9a-f]{64}\r\nsecond/, '\r\nsecond'), 'SignatureDoesNotMatch'],
    ['the last chunk missing', (text) => text.replace(/0;chunk-signature=[0-9a-f]{64}\r\n\r\n$/, ''), 'IncompleteBody'],
    ['a chunk missing', (text) => text.replace(/5;[^;]*\r\nfirst\r\n/, ''), 'SignatureDoesNotMatch'],
    ['a length that is none', (text) => text.replace('5;', 'x;'), 'IncompleteBody'],
    ['a chunk longer than it says', (text) => text.replace('first', 'first and more'), 'IncompleteBody'],
  ])('is refused with %s, and what was there stays', async (_case, change, code) => {
    await put(signed(['before']));
    expect(codeIn(await put(signed(['first', 'second'], change)))).toBe(code);
    expect(await stored()).toBe('before');
  });

  test('is refused while the sender still sends, who then can go on with the next request', async () => {
    // One connection: the next request can go out only when the whole of this one was taken in.
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const parts = Array.from({ length: 40 }, () => 'x'.repeat(200_000));
    const refused = await put({ ...signed(parts, (text) => text.replace('xxx', 'xyx')), agent });
    expect(codeIn(refused)).toBe('SignatureDoesNotMatch');
    expect((await put({ ...signed(['next']), agent })).status).toBe(200);
    expect(await stored()).toBe('next');
    agent.destroy();
  });

  test('may have signed trailers, which are checked', async () => {
    const upload = (value: string, spoil = ''): Partial<Upload> => ({
      payload: `${SIGNED}-TRAILER`,
      headers: { 'x-amz-decoded-content-length': '5', 'x-amz-trailer': 'x-amz-checksum-crc32' },
      encode: ({ chunk, trailer }) =>
        `${signedChunk('hello', chunk('hello'))}0;chunk-signature=${chunk('')}\r\nx-amz-checksum-crc32:${value}\r\n` +
        `x-amz-trailer-signature:${trailer(`x-amz-checksum-crc32:${value}\n${spoil}`)}\r\n\r\n`,
    });
    expect((await put(upload(checksum('hello')))).headers['x-amz-checksum-crc32']).toBe(checksum('hello'));
    expect(codeIn(await put(upload(checksum('hello'), 'x')))).toBe('SignatureDoesNotMatch');
    expect(codeIn(await put(upload(checksum('other'))))).toBe('BadDigest');
  });
});

describe('a body with trailers that is not signed', () => {
  const upload = (trailers: string, length = 5): Partial<Upload> => ({
    payload: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    headers: { 'x-amz-decoded-content-length': String(length), 'x-amz-trailer': 'x-amz-checksum-crc32' },
    encode: () => `5\r\nhello\r\n0\r\n${trailers}\r\n`,
  });
  test.each([
    [checksum('hello'), 5, undefined],
    [checksum('other'), 5, 'BadDigest'],
    [undefined, 5, 'MalformedTrailerError'],
    [checksum('hello'), 6, 'IncompleteBody'],
    [checksum('hello'), 4, 'IncompleteBody'],
  ])('with the checksum %s and the length %i: %s', async (value, length, code) => {
    expect(codeIn(await put(upload(value === undefined ? '' : `x-amz-checksum-crc32:${value}\r\n`, length)))).toBe(code);
  });
});

describe('what a request says of its body', () => {
  test.each<[string, Partial<Upload>, string | undefined]>([
    [
      'its hash, in the signature',
      { body: 'hello', payload: createHash('sha256').update('other').digest('hex') },
      'XAmzContentSHA256Mismatch',
    ],
    ['its MD5', { body: 'hello', headers: { 'content-md5': md5('other') } }, 'BadDigest'],
    ['an MD5 that is none', { body: 'hello', headers: { 'content-md5': 'x' } }, 'InvalidDigest'],
    ['the right MD5', { body: 'hello', headers: { 'content-md5': md5('hello') } }, undefined],
    ['its CRC-32', { body: 'hello', headers: { 'x-amz-checksum-crc32': checksum('other') } }, 'BadDigest'],
    ['two checksums', { headers: { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-checksum-sha1': 'x' } }, 'InvalidRequest'],
    ['an unknown checksum', { headers: { 'x-amz-checksum-md7': 'x' } }, 'InvalidRequest'],
    ['a checksum that is not here', { headers: { 'x-amz-checksum-xxhash3': 'x' } }, 'NotImplemented'],
    ['a checksum that is none', { headers: { 'x-amz-checksum-sha256': 'bad' } }, 'InvalidRequest'],
    [
      'an unknown form',
      { payload: 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD', headers: { 'x-amz-decoded-content-length': '0' } },
      'NotImplemented',
    ],
    ['nothing at all', { body: 'hello', payload: 'UNSIGNED-PAYLOAD' }, undefined],
    ['a customer key', { headers: { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' } }, 'NotImplemented'],
    ['an encryption that is none', { headers: { 'x-amz-server-side-encryption': 'x' } }, 'InvalidArgument'],
    ['a storage class that is none', { headers: { 'x-amz-storage-class': 'x' } }, 'InvalidStorageClass'],
    ['a public ACL', { headers: { 'x-amz-acl': 'public-read' } }, 'AccessControlListNotSupported'],
  ])('is checked: %s', async (_case, options, code) => {
    expect(codeIn(await put(options))).toBe(code);
  });

  // https://reveng.sourceforge.io/crc-catalogue: the check values of "123456789".
  test.each([
    ['CRC32', 'y/Q5Jg=='],
    ['CRC32C', '4waSgw=='],
    ['CRC64NVME', 'rosUhgp5mIg='],
    ['SHA1', '98O8HYCOBHMq32eZZczDTKeuNEE='],
    ['SHA256', 'FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU='],
  ])('%s is known', async (algorithm, value) => {
    const header = `x-amz-checksum-${algorithm.toLowerCase()}`;
    const reply = await put({ body: '123456789', headers: { [header]: value } });
    expect([reply.status, reply.headers[header]]).toEqual([200, value]);
    const answer = await s3.send(new GetObjectCommand({ Bucket, Key: 'key', ChecksumMode: 'ENABLED' }));
    expect(answer).toMatchObject({ [`Checksum${algorithm}`]: value, ChecksumType: 'FULL_OBJECT' });
    expect(await answer.Body!.transformToString()).toBe('123456789');
  });
});

describe('errors', () => {
  test('are XML with the id that is in the headers', async () => {
    const { text, headers, status } = await send(emulator, { method: 'GET', path: `/${Bucket}/a%26b` });
    expect(status).toBe(404);
    expect(headers['content-type']).toBe('application/xml');
    expect(text).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>a&amp;b</Key>` +
        `<RequestId>${headers['x-amz-request-id'] as string}</RequestId><HostId>${headers['x-amz-id-2'] as string}</HostId></Error>`,
    );
  });

  test('a header of AWS that is not signed is refused: anybody could have added it', async () => {
    const { text, status } = await put({ body: 'x', unsigned: { 'x-amz-meta-by': 'somebody' } });
    expect([status, text]).toEqual([403, expect.stringContaining('<HeadersNotSigned>x-amz-meta-by</HeadersNotSigned>')]);
  });

  test('to HEAD have no body', async () => {
    const { text, status } = await send(emulator, { method: 'HEAD', path: `/${Bucket}/none` });
    expect([status, text]).toEqual([404, '']);
  });

  test.each([
    ['a wrong secret', { secretAccessKey: 'x' }, 'SignatureDoesNotMatch'],
    ['an unknown key', { accessKeyId: 'AKIAEXAMPLEEXAMPLE23' }, 'InvalidAccessKeyId'],
  ])('%s is refused', async (_case, wrong, code) => {
    expect(codeIn(await send({ ...emulator, ...wrong }, { path: `/${Bucket}/key`, body: 'x' }))).toBe(code);
  });

  test.each([
    ['PUT', 'policy='],
    ['GET', 'acl='],
    ['PUT', 'lifecycle='],
    ['POST', ''],
  ])('%s ?%s says that it is not implemented', async (method, query) => {
    const reply = await send(emulator, { method, path: `/${Bucket}`, query });
    expect([reply.status, codeIn(reply)]).toEqual([501, 'NotImplemented']);
  });

  test('XML that defines entities, or is none, is refused', async () => {
    for (const body of ['<!DOCTYPE x [<!ENTITY a "b">]><Tagging>&a;</Tagging>', '<Tagging>', 'x', '<Other/>', '']) {
      expect(codeIn(await send(emulator, { path: `/${Bucket}`, query: 'tagging=', body }))).toBe('MalformedXML');
    }
  });
});

describe('keys', () => {
  test.each(['a//b', '/lead', 'dots/../up/./here', 'a b+c', '%41', 'ü/é', "it's(1)*!", '~tilde', 'x'.repeat(1024)])(
    '%s is taken as it is',
    async (Key) => {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
      expect(await stored(Key)).toBe(Key);
      const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: Key }));
      expect(Contents!.map((object) => object.Key)).toEqual([Key]);
    },
  );

  test('longer than 1024 bytes are refused', async () => {
    expect(codeIn(await send(emulator, { path: `/${Bucket}/${'x'.repeat(1025)}` }))).toBe('KeyTooLongError');
  });
});

test('the bucket may stand in the host, as SDKs put it for http://localhost', async () => {
  // Not every machine resolves names below localhost.
  const lookup = (_host: string, _options: unknown, done: (error: null, address: unknown) => void) =>
    done(null, [{ address: '127.0.0.1', family: 4 }]);
  const httpAgent = new Agent({ lookup: lookup as never });
  const client = new S3Client({
    endpoint: emulator.endpoint.replace('127.0.0.1', 'localhost'),
    region: emulator.region,
    credentials: emulator,
    requestHandler: { httpAgent },
  });
  await client.send(new PutObjectCommand({ Bucket, Key: 'in/host', Body: 'virtual' }));
  expect(await stored('in/host')).toBe('virtual');
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'in/' }));
  expect(Contents).toHaveLength(1);
  client.destroy();
});

describe('a presigned URL', () => {
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
  async function presign(method: string, { signingDate = new Date(), expiresIn = 60 } = {}) {
    const { hostname, port } = new URL(emulator.endpoint);
    const signer = new SignatureV4({
      service: 's3',
      region: emulator.region,
      credentials: emulator,
      sha256: Sha256 as never,
      uriEscapePath: false,
    });
    const path = `/${Bucket}/presigned`;
    const request = {
      method,
      protocol: 'http:',
      hostname,
      port: Number(port),
      path,
      query: {},
      headers: { host: `${hostname}:${port}`, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    };
    const { query } = await signer.presign(request, { expiresIn, signingDate });
    return `${emulator.endpoint}${path}?${new URLSearchParams(query as Record<string, string>).toString()}`;
  }
  test('puts and gets without further credentials', async () => {
    expect((await fetch(await presign('PUT'), { method: 'PUT', body: 'by url' })).status).toBe(200);
    expect(await (await fetch(await presign('GET'))).text()).toBe('by url');
  });
  describe('of version 2, as boto3 and `aws s3 presign` make it', () => {
    const path = `/${Bucket}/presigned`;
    /** https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html */
    function presignV2(
      method: string,
      { expires = Math.floor(Date.now() / 1000) + 60, secret = emulator.secretAccessKey, at = path } = {},
    ) {
      const text = `${method}\n\n\n${expires}\n${at}`;
      const Signature = createHmac('sha1', secret).update(text).digest('base64');
      const query = new URLSearchParams({ AWSAccessKeyId: emulator.accessKeyId, Signature, Expires: String(expires) });
      return `${emulator.endpoint}${at}${at.includes('?') ? '&' : '?'}${query}`;
    }
    test('puts and gets', async () => {
      expect((await fetch(presignV2('PUT'), { method: 'PUT', body: Buffer.from('by old url') })).status).toBe(200);
      expect(await (await fetch(presignV2('GET'))).text()).toBe('by old url');
      // When the URL expires is not when the object does.
      expect((await fetch(presignV2('GET'))).headers.get('expires')).toBeNull();
      const named = await fetch(presignV2('GET', { at: `${path}?response-content-type=text/x` }));
      expect(named.headers.get('content-type')).toBe('text/x');
    });
    test('is good only for its method, its key and its time', async () => {
      const code = async (url: string, init: RequestInit = {}) => {
        const response = await fetch(url, init);
        return [response.status, /<Code>(\w+)</.exec(await response.text())?.[1]];
      };
      expect(await code(presignV2('GET'), { method: 'DELETE' })).toEqual([403, 'SignatureDoesNotMatch']);
      expect(await code(presignV2('GET').replace('/presigned?', '/key?'))).toEqual([403, 'SignatureDoesNotMatch']);
      expect(await code(presignV2('GET').replace('?', '?response-content-type=text/html&'))).toEqual([403, 'SignatureDoesNotMatch']);
      expect(await code(presignV2('GET'), { headers: { 'x-amz-meta-a': 'b' } })).toEqual([403, 'SignatureDoesNotMatch']);
      expect(await code(presignV2('GET', { secret: 'x' }))).toEqual([403, 'SignatureDoesNotMatch']);
      expect(await code(presignV2('GET', { expires: 1 }))).toEqual([403, 'AccessDenied']);
      expect(await code(presignV2('GET').replace(/Signature=[^&]*/, 'Signature='))).toEqual([403, 'AccessDenied']);
    });
    test('is refused for a bucket in a region that never knew it', async () => {
      const config = { CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } } as const;
      const europe = s3Of({ ...emulator, region: 'eu-central-1' });
      await europe.send(new CreateBucketCommand({ Bucket: 'protocol-europe', ...config }));
      const response = await fetch(presignV2('GET', { at: '/protocol-europe/k' }));
      expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('Please use AWS4-HMAC-SHA256.')]);
    });
  });
  test('is good only for its method, its key and its time', async () => {
    const url = await presign('GET');
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(403);
    expect((await fetch(url.replace('/presigned?', '/key?'))).status).toBe(403);
    expect((await fetch(url.replace('X-Amz-Expires=60', 'X-Amz-Expires=61'))).status).toBe(403);
    const late = await fetch(await presign('GET', { signingDate: new Date(Date.now() - 120_000) }));
    const members = /Request has expired<.Message><X-Amz-Expires>60<.X-Amz-Expires><Expires>[-\dT:]+Z<.Expires><ServerTime>[-\dT:]+Z</;
    expect([late.status, await late.text()]).toEqual([403, expect.stringMatching(members)]);
  });
  test('may come with the header that says that its body is not signed, and with no other', async () => {
    const send = async (headers: Record<string, string>) =>
      (await fetch(await presign('PUT'), { method: 'PUT', body: 'x', headers })).status;
    expect(await send({ 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' })).toBe(200);
    expect(await send({ 'x-amz-content-sha256': createHash('sha256').update('x').digest('hex') })).toBe(403);
    expect(await send({ 'x-amz-meta-a': 'b' })).toBe(403);
  });
});
