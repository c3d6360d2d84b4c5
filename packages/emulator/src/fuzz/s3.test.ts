import { afterAll, beforeAll, expect, test } from 'vitest';
import { isStress, seed } from '../../../../testing/seed.ts';
import { startEmulator, type Emulator } from '../start-emulator.ts';
import { createRandom, type Random } from './random.ts';
import { createSender } from './send-raw.ts';
import { signRaw, type RawRequest } from './sign-raw.ts';

const RUNS = isStress ? 30_000 : 300;

let emulator: Emulator;
let sender: ReturnType<typeof createSender>;
const faults: unknown[] = [];
beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, onFault: (error) => faults.push(error) });
  sender = createSender(emulator.endpoint);
});
afterAll(async () => {
  sender.close();
  await emulator.stop();
});

const BUCKETS = ['alpha', 'alpha', 'alpha', 'beta', '', 'No', '..', '%00', '__proto__', 'x'.repeat(70), '%zz'];
const KEYS = [
  'a',
  'a',
  'b/c',
  '',
  '..',
  '../../seal.key',
  '%2e%2e%2f%2e%2e%2fseal.key',
  '%00',
  '%zz',
  '%ff',
  '/',
  '//',
  '__proto__',
  'x'.repeat(1100),
  '%F0%9F%98%80',
];
const QUERIES = [
  '',
  '',
  '',
  'uploads',
  'tagging',
  'versioning',
  'versions',
  'delete',
  'location',
  'acl',
  'encryption',
  'publicAccessBlock',
  'policy',
  'list-type=2',

  'list-type=2&max-keys=-1',
  'list-type=2&max-keys=99999999999999999999',
  'max-keys=x',
  'list-type=2&continuation-token=AAAA',
  'prefix=%00&delimiter=%2F',

  'versions&key-marker=a&version-id-marker=x',
  'versionId=x',
  'versionId=null',
  'partNumber=0',
  'uploadId=UPLOAD&partNumber=1',
  'uploadId=UPLOAD&partNumber=x',

  'uploadId=UPLOAD',
  'uploadId=__proto__',
  'uploadId=..%2F..',
  '__proto__=1',
  'tagging&tagging',
  'X-Amz-Signature=x',
  'response-content-type=a%0d%0ab',
  'encoding-type=url',
];
const BODIES = [
  '',
  'hello',
  '<a',
  '<a/>',
  '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>',
  '<Tagging><TagSet><Tag/></TagSet></Tagging>',

  '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
  '<VersioningConfiguration><Status>__proto__</Status></VersioningConfiguration>',

  '<Delete><Object><Key>a</Key></Object><Object/></Delete>',
  '<Delete><Object><Key>a</Key><VersionId>x</VersionId></Object><Quiet>x</Quiet></Delete>',

  '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"x"</ETag></Part></CompleteMultipartUpload>',
  '<CompleteMultipartUpload/>',
  '<CreateBucketConfiguration><LocationConstraint>mars-1</LocationConstraint></CreateBucketConfiguration>',
  '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y "&x;&x;">]><Delete><Object><Key>&x;&y;</Key></Object></Delete>',

  '<a>'.repeat(20_000),
  `${'<a>'.repeat(3000)}${'</a>'.repeat(3000)}`,
  '<__proto__><constructor/></__proto__>',
  '<a>&#x110000;&#0;&nope;</a>',
  '<a b="1" b="2">]]></a>',
  '5;chunk-signature=00\r\nhello\r\n0;chunk-signature=00\r\n\r\n',
  'fffffffff\r\nx',
  'x'.repeat(100_000),
];
const HEADERS: Record<string, readonly string[]> = {
  'content-type': ['text/plain', 'application/xml', ';'],
  'content-md5': ['x', '1B2M2Y8AsgTpgAmY7PhCfg==', ''],
  range: ['bytes=0-1', 'bytes=-0', 'bytes=5-1', 'bytes=9999999999999999999999-', 'x'],
  'if-match': ['*', '"x"', 'x'],
  'if-none-match': ['*', '"x"'],
  'if-modified-since': ['yesterday', 'Thu, 01 Jan 1970 00:00:00 GMT'],
  'x-amz-copy-source': ['alpha/a', '/alpha/a?versionId=x', '%zz', '..', '__proto__/constructor', ''],
  'x-amz-copy-source-range': ['bytes=0-0', 'x'],
  'x-amz-tagging': ['a=b', 'a=b&a=c', '%zz', 'x'.repeat(3000)],
  'x-amz-checksum-sha256': ['x', 'AAAA'],
  'x-amz-checksum-crc32': ['AAAAAA==', ''],
  'x-amz-sdk-checksum-algorithm': ['CRC32', 'MARS', '__proto__'],
  'x-amz-content-sha256': [
    'UNSIGNED-PAYLOAD',
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'x',
    '0'.repeat(64),
  ],
  'x-amz-decoded-content-length': ['5', '-1', '99999999999999', 'x'],
  'x-amz-trailer': ['x-amz-checksum-crc32', '__proto__'],
  'x-amz-meta-a': ['b', 'x'.repeat(3000), '=?UTF-8?B?4pyT?='],
  'x-amz-storage-class': ['STANDARD', 'MARS'],
  'x-amz-server-side-encryption': ['AES256', 'aws:kms', 'x'],
  'x-amz-metadata-directive': ['COPY', 'REPLACE', 'x'],
  'content-encoding': ['aws-chunked', 'gzip'],
};

function makeRequest(random: Random, uploadId: string): RawRequest {
  const key = random.pick(KEYS);
  const query = random.pick(QUERIES).replace('UPLOAD', uploadId);
  const names = Object.keys(HEADERS).filter(() => random.chance(0.06));
  return {
    method: random.pick(['GET', 'GET', 'PUT', 'PUT', 'PUT', 'POST', 'DELETE', 'HEAD', 'PATCH']),
    target: `/${random.pick(BUCKETS)}${key === '' ? '' : `/${key}`}${query === '' ? '' : `?${query}`}`,
    headers: Object.fromEntries(names.map((name) => [name, random.pick(HEADERS[name]!)])),
    body: Buffer.from(random.pick(BODIES)),
  };
}

test('whatever S3 is sent, it answers in XML with a code, and never with a fault', { timeout: 3_600_000 }, async () => {
  const { host } = new URL(emulator.endpoint);
  const call = (request: RawRequest) => {
    const headers = signRaw(
      { ...request, headers: { host, ...request.headers } },
      { signer: emulator, service: 's3', region: 'us-east-1' },
    );
    return sender.send({ ...request, headers });
  };
  const plain = { method: 'PUT', target: '/alpha', headers: {}, body: Buffer.alloc(0) };
  expect((await call(plain)).status).toBe(200);
  expect((await call({ ...plain, target: '/alpha/a', body: Buffer.from('hello') })).status).toBe(200);
  const { text } = await call({ ...plain, method: 'POST', target: '/alpha/b?uploads' });
  const uploadId = /<UploadId>([^<]+)</.exec(text)![1]!;

  const random = createRandom(seed);
  const seen = new Map<number, number>();
  for (let run = 0; run < RUNS; run += 1) {
    const request = makeRequest(random, uploadId);
    // What the others aim at stays.
    if (request.method === 'DELETE' && /^\/alpha(?:\/a)?(?:\?|$)/.test(request.target)) continue;
    const tell = () => `FUZZ_SEED=${seed}, request ${run}: ${JSON.stringify({ ...request, body: request.body.toString().slice(0, 300) })}`;
    const answer = await call(request).catch((error: unknown) => {
      throw new Error(`no answer to ${tell()}`, { cause: error });
    });
    seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
    if (faults.length > 0) throw new Error(`a fault from ${tell()}`, { cause: faults[0] });
    const isModelled =
      answer.status < 500 || (answer.status === 501 && (request.method === 'HEAD' || answer.text.includes('<Code>NotImplemented</Code>')));
    if (!isModelled) throw new Error(`status ${answer.status} for ${tell()}`);
    if (answer.status >= 400 && request.method !== 'HEAD' && !/^<\?xml[^]*<Error>.*<Code>\w+<\/Code>/.test(answer.text))
      throw new Error(`an error without a code, ${answer.status} ${answer.text.slice(0, 300)}, for ${tell()}`);
    expect(answer.text.length).toBeLessThan(200_000);
  }
  if (isStress) console.log({ seed: seed, runs: RUNS, seen: [...seen].sort(([a], [b]) => a - b), rss: process.memoryUsage().rss });
  for (const status of [200, 400, 404]) expect([status, (seen.get(status) ?? 0) > 0]).toEqual([status, true]);
});
