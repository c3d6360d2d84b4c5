import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AssumeRole$ } from '@aws-sdk/client-sts';
import { NormalizedSchema } from '@smithy/core/schema';
import { expect, test } from 'vitest';
import { compareConstraints } from '../../scripts/compare-constraints.ts';
import { loadModels } from '../load-models.ts';
import { services } from '../services/index.ts';

test('the models are what the pinned SDK says', async () => {
  const script = fileURLToPath(new URL('../../scripts/generate-api.ts', import.meta.url));
  await expect(promisify(execFile)(process.execPath, [script, '--check'])).resolves.toMatchObject({ stderr: '' });
});

test('the generator finds constraints without a member in the SDK, and a member without constraints', () => {
  const input = NormalizedSchema.of(AssumeRole$[4]);
  const members = Object.fromEntries(Object.keys(input.getMemberSchemas()).map((name) => [name, {}]));
  expect(compareConstraints(input, { members }, 'AssumeRole')).toEqual([]);
  const { RoleArn: _, ...others } = members;
  expect(compareConstraints(input, { members: { ...others, Tags: { member: { members: { Kye: {} } } } } }, 'AssumeRole')).toEqual([
    'AssumeRole.RoleArn is a member in the SDK, but the constraints do not have it.',
    'AssumeRole.Tags.Kye has constraints, but is no member in the SDK.',
    'AssumeRole.Tags.Key is a member in the SDK, but the constraints do not have it.',
    'AssumeRole.Tags.Value is a member in the SDK, but the constraints do not have it.',
  ]);
});

test('the page about operations names exactly those that there are', async () => {
  const script = fileURLToPath(new URL('../../scripts/list-operations.ts', import.meta.url));
  await expect(promisify(execFile)(process.execPath, [script, '--check'])).resolves.toMatchObject({ stderr: '' });
});

test('every handler is of an operation that the models know', () => {
  const models = new Map(loadModels().map((model) => [model.service, model]));
  for (const [service, operations] of Object.entries(services)) {
    for (const name of Object.keys(operations))
      expect(models.get(service)?.operations[name]?.input, `${service}:${name}`).toBeTypeOf('string');
  }
});
