import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import {
  assert,
  asyncProperty,
  constant,
  constantFrom,
  oneof,
  option,
  record,
  string,
  stringMatching,
  tuple,
  uint8Array,
  type Arbitrary,
} from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isStress } from '../../../../testing/seed.ts';
import { blobOf, imageOf, push, startRegistry, type TestRegistry } from './fixture-registry.ts';
import { OCI_INDEX, OCI_MANIFEST } from './manifest.ts';

/** What the specification knows, and those that docker's registry adds. */
const CODES =
  'BLOB_UNKNOWN BLOB_UPLOAD_INVALID BLOB_UPLOAD_UNKNOWN DIGEST_INVALID MANIFEST_BLOB_UNKNOWN MANIFEST_INVALID MANIFEST_UNKNOWN ' +
  'NAME_INVALID NAME_UNKNOWN SIZE_INVALID UNAUTHORIZED DENIED UNSUPPORTED TAG_INVALID RANGE_INVALID PAGINATION_NUMBER_INVALID';

let registry: TestRegistry;
let authorization: string;
let upload: string;
const image = imageOf();
beforeAll(async () => {
  registry = await startRegistry();
  await registry.ecr().send(new CreateRepositoryCommand({ repositoryName: 'app' }));
  authorization = await registry.login();
  await push(registry, authorization, 'app', image, 'v1');
  const begun = await fetch(`${registry.endpoint}/v2/app/blobs/uploads/`, { method: 'POST', headers: { authorization } });
  upload = begun.headers.get('location')!.split('/').at(-1)!;
});
afterAll(() => registry.stop());

const digest = oneof(
  constantFrom(image.manifest.digest, image.layer.digest, image.config.digest, blobOf('x').digest),
  constantFrom('sha256:', 'sha512:00', `sha256:${'G'.repeat(64)}`),
  string(),
);
const name = oneof(
  { arbitrary: constant('app'), weight: 4 },
  constantFrom('app', 'nowhere', 'docker/library/node', 'a', '..', '.', 'app/..', 'APP', '%2e%2e', '_downloads', 'x'.repeat(300)),
  stringMatching(/^[a-z0-9/._%-]{0,20}$/),
);
const path = oneof(
  tuple(name, constant('/manifests/'), oneof(digest, constantFrom('v1', '', '.x', 'latest', 't'.repeat(200)))),
  tuple(name, constant('/blobs/'), digest),
  tuple(name, constant('/referrers/'), digest),
  tuple(name, constant('/blobs/uploads/'), oneof(constant(''), constant('UPLOAD'), string(), digest)),
  tuple(name, constant('/tags/'), oneof(constant('list'), string())),
  tuple(constantFrom('_catalog', '_downloads/', '_downloads/AAAA', ''), constant(''), constant('')),
  tuple(string(), string(), string()),
).map(([a, b, c]) => `/v2/${a}${b}${c}`);
const query = oneof(
  constant(''),
  digest.map((value) => `?digest=${value}`),
  tuple(digest, name).map(([mount, from]) => `?mount=${mount}&from=${from}`),
  tuple(string(), string()).map(([n, last]) => `?n=${n}&last=${last}`),
  string().map((value) => `?${value}`),
);
const descriptor = record(
  { mediaType: constantFrom('a/b', OCI_MANIFEST), digest, size: constantFrom(0, -1, 1, 1e30) },
  { requiredKeys: [] },
);
const manifest = record(
  {
    schemaVersion: constantFrom(1, 2, '2', null),
    mediaType: constantFrom(OCI_MANIFEST, OCI_INDEX, 1, ''),
    config: oneof(descriptor, constant(null)),
    layers: constantFrom([], {}, [null], 'x'),
    manifests: constantFrom([], [{}]),
    subject: oneof(descriptor, constant(3)),
  },
  { requiredKeys: [] },
).map((value) => Buffer.from(JSON.stringify(value)));
const body = oneof(
  constant(Buffer.alloc(0)),
  constant(image.manifest.bytes),
  constant(image.layer.bytes),
  manifest,
  uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
);
const headers: Arbitrary<Record<string, string>> = record(
  {
    authorization: oneof(
      { arbitrary: constant('GOOD'), weight: 6 },
      { arbitrary: constantFrom('Basic', 'Basic !', 'Basic QVdTOng=', 'Basic Og==', 'Bearer x', ''), weight: 1 },
    ),
    'content-type': constantFrom(OCI_MANIFEST, OCI_INDEX, 'text/plain', ';', 'application/json; charset=x'),
    'content-range': constantFrom('0-0', '0-999', '5-1', '-', 'bytes 0-9/*', '99999999999999999999-999999999999999999999', 'x'),
    range: constantFrom('bytes=0-1', 'bytes=-0', 'bytes=5-', 'bytes=99999999999999999999999-', 'bytes=-', 'x'),
    accept: constantFrom('*/*', 'nothing/at-all'),
  },
  { requiredKeys: [] },
) as Arbitrary<Record<string, string>>;

interface Call {
  method: string;
  rawPath: string;
  rawQuery: string;
  given: Record<string, string>;
  bytes: Buffer;
}

const method = constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS');
const anyCall: Arbitrary<Call> = record({ method, rawPath: path, rawQuery: query, given: headers, bytes: body });
/** Requests that are right, between those that are not: the others must find the registry in many states. */
const rightCall: Arbitrary<Call> = oneof(
  uint8Array({ maxLength: 500 }).map((bytes) => ({
    method: 'POST',
    rawPath: '/v2/app/blobs/uploads/',
    rawQuery: `?digest=${blobOf(Buffer.from(bytes)).digest}`,
    given: { authorization: 'GOOD' },
    bytes: Buffer.from(bytes),
  })),
  uint8Array({ maxLength: 500 }).map((bytes) => ({
    method: 'PATCH',
    rawPath: '/v2/app/blobs/uploads/UPLOAD',
    rawQuery: '',
    given: { authorization: 'GOOD' },
    bytes: Buffer.from(bytes),
  })),
  stringMatching(/^[a-z0-9]{1,3}$/).map((tag) => ({
    method: 'PUT',
    rawPath: `/v2/app/manifests/${tag}`,
    rawQuery: '',
    given: { authorization: 'GOOD', 'content-type': OCI_MANIFEST },
    bytes: image.manifest.bytes,
  })),
);

/** Raw, because fetch would tidy up the path. What no client could send at all is left out. */
function send(
  method: string,
  path: string,
  headers: Record<string, string>,
  body: Buffer,
): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(registry.endpoint);
    // eslint-disable-next-line no-control-regex
    const safe = path.replaceAll(/[\u0000-\u0020\u007F-\uFFFF]/g, '-');
    const outgoing = httpRequest(
      { hostname, port, method, path: safe, headers: { ...headers, 'content-length': body.length } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode!, headers: response.headers, text: Buffer.concat(chunks).toString() }),
        );
      },
    );
    outgoing.on('error', reject).end(body);
  });
}

test('whatever is sent is answered with a code of the specification, never with a fault', async () => {
  const seen = new Map<number, number>();
  await assert(
    asyncProperty(
      oneof({ arbitrary: anyCall, weight: 9 }, { arbitrary: rightCall, weight: 1 }),
      async ({ method, rawPath, rawQuery, given, bytes }) => {
        // The upload, the image and the blobs that others aim at must stay.
        const target = rawPath.replace('UPLOAD', upload);
        if (method === 'DELETE' && /^\/v2\/app\/(?:manifests|blobs)/.test(target)) return;
        const login = given['authorization'] === 'GOOD' ? { authorization } : {};
        const response = await send(method, target + rawQuery, { ...given, ...login }, bytes);
        seen.set(response.status, (seen.get(response.status) ?? 0) + 1);
        expect(response.status).toBeLessThan(500);
        if (response.status < 400 || method === 'HEAD') return;
        const { errors } = JSON.parse(response.text) as { errors: { code: string; message: string }[] };
        expect(CODES.split(' ')).toContain(errors[0]!.code);
        expect(errors[0]!.message.length).toBeLessThan(2000);
      },
    ),
    { numRuns: isStress ? 10_000 : 400 },
  );
  expect(registry.faults).toEqual([]);
  // A fuzzer that is turned away at the door tests nothing.
  for (const status of [200, 201, 202, 400, 401, 404, 405]) expect([status, seen.get(status) ?? 0]).not.toEqual([status, 0]);
});

const optional = <T>(arbitrary: Arbitrary<T>) => option(arbitrary, { nil: undefined });

test('paths with dots, escapes and absurd lengths never reach a file', async () => {
  await assert(
    asyncProperty(
      optional(stringMatching(/^(?:\.\.(?:%2f|%2F|\/|%5c)){1,6}$/)),
      constantFrom('seal.key', 'state.sqlite', 'etc/passwd'),
      async (climb, file) => {
        for (const target of [
          `/v2/app/blobs/uploads/${climb}${file}`,
          `/v2/${climb}${file}/manifests/v1`,
          `/v2/app/blobs/${climb}${file}`,
          `/v2/_downloads/${climb}${file}`,
        ]) {
          const { status } = await send('GET', target, { authorization }, Buffer.alloc(0));
          expect([400, 403, 404]).toContain(status);
        }
      },
    ),
    { numRuns: 50 },
  );
});
