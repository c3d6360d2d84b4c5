import {
  array,
  assert,
  asyncProperty,
  boolean,
  constant,
  constantFrom,
  integer,
  oneof,
  record,
  string,
  uint8Array,
  type Arbitrary,
} from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rounds } from '../../../../../testing/seed.ts';
import type { ApiShape } from '../../api/model.ts';
import { loadModels } from '../../load-models.ts';
import { ACCOUNT, blobOf, imageOf, OTHER_ACCOUNT, push, startRegistry, type TestRegistry } from '../../registry/fixture-registry.ts';
import { ecrOperations } from './index.ts';

const model = loadModels().find(({ service }) => service === 'ecr')!;
const image = imageOf();
let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
  for (const repositoryName of ['app', 'team/agent']) await registry.call('CreateRepository', { repositoryName });
  await push(registry, await registry.login(), 'app', image, 'v1');
});
afterAll(() => registry.stop());

/** Values that hit something, by the name of the member; most of a random request would be turned away by the model alone. */
const LIKELY: Record<string, Arbitrary<unknown>> = {
  repositoryName: constantFrom('app', 'app', 'team/agent', 'nowhere'),
  registryId: constantFrom(ACCOUNT, ACCOUNT, OTHER_ACCOUNT),
  imageTag: constantFrom('v1', 'latest', 'none', '.x'),
  imageDigest: constantFrom(image.manifest.digest, blobOf('x').digest, 'x'),
  layerDigest: constantFrom(image.layer.digest, blobOf('x').digest),
  imageManifest: constantFrom(
    image.manifest.bytes.toString(),
    '{}',
    '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}',
  ),
  imageManifestMediaType: constantFrom('application/vnd.oci.image.manifest.v1+json', 'text/plain'),
  uploadId: constantFrom('3f2504e0-4f89-41d3-9a0c-0305e82c3301', '3F2504E0-4F89-41D3-9A0C-0305E82C3301'),
  resourceArn: constantFrom(
    `arn:aws:ecr:eu-west-1:${ACCOUNT}:repository/app`,
    `arn:aws:ecr:eu-west-1:${OTHER_ACCOUNT}:repository/app`,
    'arn:x',
  ),
  nextToken: constantFrom(
    '',
    'AAAA',
    Buffer.from('["ecr-list-images","zzz"]').toString('base64url'),
    Buffer.from('["ecr-describe-images",1]').toString('base64url'),
  ),
  lifecyclePolicyText: constantFrom(
    '{"rules":[null]}'.padEnd(120),
    '[]'.padEnd(120),
    `{"rules":[{"rulePriority":1,"selection":[],"action":{}}]}${' '.repeat(100)}`,
  ),
};
const LIKELY_ITEMS: Record<string, Arbitrary<unknown>> = {
  layerDigests: LIKELY['layerDigest']!,
  repositoryNames: LIKELY['repositoryName']!,
  registryIds: LIKELY['registryId']!,
};

/** Inputs that fit the shape, and now and then do not. */
function inputOf(shape: ApiShape, name = ''): Arbitrary<unknown> {
  return oneof(
    { arbitrary: valueOf(shape, name), weight: 40 },
    { arbitrary: constantFrom(null, 0, '', [], {}, true, 'x'.repeat(5000)), weight: 1 },
  );
}

function valueOf(shape: ApiShape, name: string): Arbitrary<unknown> {
  if (LIKELY[name]) return LIKELY[name];
  switch (shape.type) {
    case 'structure': {
      const { members = {}, required = [] } = model.shapes[shape.ref!]!;
      const fields = Object.fromEntries(Object.entries(members).map(([key, member]) => [key, inputOf(member, key)]));
      return record(fields, { requiredKeys: required });
    }
    case 'list':
      return array(LIKELY_ITEMS[name] ?? inputOf(shape.member!), { minLength: shape.min ?? 0, maxLength: 3 });
    case 'number':
      return oneof(integer({ min: shape.min ?? 0, max: Math.min(shape.max ?? 1000, 1000) }), constant(-1));
    case 'boolean':
      return boolean();
    case 'blob':
      return uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes).toString('base64'));
    default:
      return shape.enum ? constantFrom(...shape.enum) : string();
  }
}

const COMMON = ['AccessDeniedException', 'SerializationException', 'InvalidParameterException'];

test.each(Object.keys(ecrOperations))('%s answers whatever it is sent with an error of its model, or does it', async (name) => {
  const operation = model.operations[name]!;
  const errors = new Set([...COMMON, ...Object.keys(operation.errors ?? {})]);
  errors.delete('ServerException');
  await assert(
    asyncProperty(valueOf({ type: 'structure', ref: operation.input! }, ''), async (input) => {
      const { status, body } = await registry.call(name, input);
      if (status === 200) return;
      expect([status, errors.has(body['__type'] as string) ? 'modelled' : body]).toEqual([400, 'modelled']);
      expect(String(body['message']).length).toBeLessThan(3000);
    }),
    { numRuns: rounds(10, 25, 800) },
  );
  expect(registry.faults).toEqual([]);
});
