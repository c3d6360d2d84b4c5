import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeleteObjectCommand, GetObjectCommand, ListBucketsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isDeep } from '../../../../testing/seed.ts';
import { DeployError } from '../errors.ts';
import { startWorld, type World } from '../test/world.ts';

let world: World;
let s3: S3Client;
beforeAll(async () => {
  world = await startWorld();
  const { endpoint, accessKeyId, secretAccessKey, region } = world.emulator;
  s3 = new S3Client({ endpoint, region, credentials: { accessKeyId, secretAccessKey }, forcePathStyle: true });
});
afterAll(() => world.close());
beforeEach(() => world.edit('2 x 2 is 4'));
afterEach(() => void world.events.splice(0));

const answerOf = async (deployment: { invoke(payload: unknown): Promise<{ json(): Promise<unknown> }> }) =>
  (await deployment.invoke({})).json();
const zipAgent = (name: string, changes = {}) => world.agent({ name, artifact: 'zip', ...changes });
const bucketsNow = async () => ((await s3.send(new ListBucketsCommand({}))).Buckets ?? []).map(({ Name }) => Name);

describe('an agent as a zip', () => {
  test('is deployed, answers, is updated by new code alone, and is deleted with its bucket', async () => {
    const agent = zipAgent('zipped');
    const deployment = await agent.deploy({ onEvent: world.onEvent });
    expect(deployment).toMatchObject({
      status: 'READY',
      imageUri: '',
      codeUri: expect.stringMatching(/^s3:\/\/agentcore-zipped-.*\.zip$/),
    });
    expect(await answerOf(deployment)).toBe('2 x 2 is 4');
    const finished = world.events.filter(({ type }) => type === 'finished').map(({ step }) => step);
    expect(finished.toSorted()).toEqual(['bucket', 'bundle', 'policies', 'role', 'runtime', 'upload', 'zip']);

    await world.edit('2 x 2 is 5');
    world.tap.calls.length = 0;
    const plan = await agent.plan();
    expect(world.tap.writes()).toEqual([]);
    expect(plan.changes.filter(({ action }) => action !== 'none').map(({ step, action }) => `${step} ${action}`)).toEqual([
      'upload create',
      'runtime update',
    ]);
    expect(plan.bytes).toBeGreaterThan(100);
    const second = await agent.deploy();
    expect(second.codeUri).not.toBe(deployment.codeUri);
    expect(await answerOf(second)).toBe('2 x 2 is 5');

    expect(await agent.status()).toMatchObject({ status: 'READY', codeUri: second.codeUri, drift: [] });
    const report = await agent.destroy();
    expect(report).toMatchObject({ kept: [], verified: true });
    expect(report.deleted).toContainEqual(expect.stringMatching(/^arn:aws:s3:::agentcore-zipped-/));
    expect(world.emulator.inventory()).toEqual([]);
  });

  test('that is as it was is written nowhere: no byte, no write', async () => {
    const agent = zipAgent('unchanged');
    await agent.deploy();
    const plan = await agent.plan();
    expect(plan).toMatchObject({ changed: false, bytes: 0 });
    world.tap.calls.length = 0;
    await agent.deploy({ onEvent: world.onEvent });
    expect(world.tap.writes()).toEqual([]);
    expect(new Set(world.events.filter(({ step }) => step !== 'bundle' && step !== 'zip').map(({ type }) => type))).toEqual(
      new Set(['unchanged']),
    );
    await agent.destroy();
  });

  test('has a role that may read no image and no bucket', async () => {
    const { policies } = await zipAgent('role').plan();
    expect(JSON.stringify(policies)).not.toMatch(/"ecr:|"s3:/);
  });

  test.runIf(isDeep)('becomes an image and a zip again, in the same runtime', async () => {
    const zipped = zipAgent('switch');
    const first = await zipped.deploy();
    const image = await zipped.with({ artifact: 'image' }).deploy();
    expect(image).toMatchObject({ agentRuntimeId: first.agentRuntimeId, codeUri: '', imageUri: expect.stringContaining('@sha256:') });
    expect(await answerOf(image)).toBe('2 x 2 is 4');
    const again = await zipped.deploy();
    expect(again.codeUri).toBe(first.codeUri);
    expect(await answerOf(again)).toBe('2 x 2 is 4');
    expect(await zipped.destroy()).toMatchObject({ verified: true });
    expect(world.emulator.inventory()).toEqual([]);
  });

  test.runIf(isDeep)('whose object was deleted or replaced is told as drift, and sent again', async () => {
    const agent = zipAgent('drifted');
    const { codeUri } = await agent.deploy();
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(codeUri) ?? [];
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'something else' }));
    expect((await agent.status()).drift).toEqual([`upload: ${codeUri} was replaced by other bytes; deploy() sends it again`]);
    expect((await agent.plan()).changes.filter(({ action }) => action !== 'none')).toMatchObject([{ step: 'upload', action: 'update' }]);
    await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    expect((await agent.status()).drift).toEqual([`upload: ${codeUri} was deleted; deploy() sends it again`]);
    expect((await agent.plan()).changes.filter(({ action }) => action !== 'none')).toMatchObject([{ step: 'upload', action: 'create' }]);
    const again = await agent.deploy();
    expect(again).toMatchObject({ agentRuntimeVersion: '1', codeUri });
    expect(await agent.status()).toMatchObject({ drift: [] });
    expect(await agent.plan()).toMatchObject({ changed: false });
    await agent.destroy();
  });

  test('is rolled back to nothing when it does not start', async () => {
    const entry = join(world.directory, 'broken.ts');
    writeFileSync(entry, `throw new Error('I forgot something');`);
    const failure = zipAgent('broken', { entry }).deploy({ onFailure: 'rollback' });
    await expect(failure).rejects.toMatchObject({ code: 'RUNTIME_FAILED', message: expect.stringContaining('I forgot something') });
    expect(world.emulator.inventory()).toEqual([]);
    expect(await bucketsNow()).toEqual([]);
  });

  test('holds the bundle and nothing else, as other programs read it, and no value of env', async () => {
    const agent = zipAgent('content', { env: { SETTING: 'a-private-value' } });
    const { codeUri } = await agent.deploy();
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(codeUri) ?? [];
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    const file = join(world.directory, 'code.zip');
    writeFileSync(file, (await Body?.transformToByteArray())!);
    const python = `import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print([(i.filename, oct(i.external_attr >> 16)) for i in z.infolist()]); print(b'a-private-value' in z.read('index.mjs'))`;
    expect(execFileSync('python3', ['-c', python, file], { encoding: 'utf8' })).toBe("[('index.mjs', '0o100644')]\nFalse\n");
    expect((await readFile(file)).includes('a-private-value')).toBe(false);
    await agent.destroy();
  });

  test('whose bucket belongs to somebody else is refused before anything is made', async () => {
    const { endpoint, adminToken, region } = world.emulator;
    const answer = await fetch(`${endpoint}/_emulator/accounts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ accountId: '999988887777' }),
    });
    const credentials = (await answer.json()) as { accessKeyId: string; secretAccessKey: string };
    const { changes } = await zipAgent('taken').plan();
    const Bucket = changes.find(({ step }) => step === 'bucket')?.resource;
    const { CreateBucketCommand } = await import('@aws-sdk/client-s3');
    const other = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    await other.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'us-west-2' } }));
    const failure = await zipAgent('taken')
      .deploy()
      .catch((error: unknown) => error as DeployError);
    expect(failure).toBeInstanceOf(DeployError);
    expect(failure).toMatchObject({ code: 'NOT_OURS' });
    expect(world.emulator.inventory().filter(({ accountId }) => accountId === world.emulator.accountId)).toEqual([]);
  });

  test.each([
    [{ base: 'public.ecr.aws/docker/library/node:22-slim' }, /artifact 'zip' has no base/],
    [{ artifact: 'tar' as 'zip' }, /artifact is "tar", expected 'image' or 'zip'/],
  ])('%j is refused before anything is sent', (changes, message) => {
    expect(() => zipAgent('mistake', changes)).toThrow(message);
  });
});
