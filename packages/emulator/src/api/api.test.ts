import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { loadModels } from '../load-models.ts';
import { services } from '../services/index.ts';

test('the models are what the pinned SDK says', async () => {
  const script = fileURLToPath(new URL('../../scripts/generate-api.ts', import.meta.url));
  await expect(promisify(execFile)(process.execPath, [script, '--check'])).resolves.toMatchObject({ stderr: '' });
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
