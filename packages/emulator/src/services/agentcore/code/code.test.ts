import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import {
  CreateAgentRuntimeCommand,
  DeleteAgentRuntimeCommand,
  GetAgentRuntimeCommand,
  type CreateAgentRuntimeCommandInput,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { InvokeAgentRuntimeCommand } from '@aws-sdk/client-bedrock-agentcore';
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../../start-emulator.ts';
import { clientsOf } from '../../../test/clients.ts';
import { readZip, ZipError } from './read-zip.ts';

const AGENT = `import { createServer } from 'node:http';
import { answer } from './lib/answer.mjs';
createServer((request, response) => response.end(request.url === '/ping' ? '{"status":"Healthy"}' : JSON.stringify(answer))).listen(8080);`;

interface File {
  name: string;
  text?: string;
  /** As the high half of the external attributes. */
  mode?: number;
  /** What the directory says the size is. */
  size?: number;
  flags?: number;
  method?: number;
}

/** A zip as its author wants it, mistakes included. */
function zip(files: readonly File[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, text = '', mode = 0o100644, size = Buffer.byteLength(text), flags = 0, method = 8 } of files) {
    const packed = deflateRawSync(text);
    const header = Buffer.alloc(26);
    header.writeUInt16LE(20, 0);
    header.writeUInt16LE(flags, 2);
    header.writeUInt16LE(method, 4);
    header.writeUInt32LE(crc32(text), 10);
    header.writeUInt32LE(packed.length, 14);
    header.writeUInt32LE(size, 18);
    header.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), header, Buffer.from(name), packed]);
    const attributes = Buffer.alloc(14);
    attributes.writeUInt32LE((mode << 16) >>> 0, 6);
    attributes.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03', 'latin1'), header, attributes, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}

const GOOD = [
  { name: 'index.mjs', text: AGENT },
  { name: 'lib/answer.mjs', text: 'export const answer = 42;' },
];

describe('a zip is read', () => {
  const read = async (files: readonly File[], maxBytes = 1000) => {
    const entries = readZip(zip(files), { maxBytes });
    return Promise.all(
      entries.map(async ({ path, mode, read: bytes }) => ({ path, mode, bytes: Buffer.concat(await Array.fromAsync(bytes())) })),
    );
  };

  test('with its paths, modes and bytes; folders are no files', async () => {
    expect(await read([{ name: 'bin/' }, { name: 'bin/run', text: 'x', mode: 0o100755 }, { name: 'plain', text: 'y', mode: 0 }])).toEqual([
      { path: 'bin/run', mode: 0o755, bytes: Buffer.from('x') },
      { path: 'plain', mode: 0o644, bytes: Buffer.from('y') },
    ]);
  });

  test('piece by piece, however large a file of it is', async () => {
    const [entry] = readZip(zip([{ name: 'large', text: 'x'.repeat(4 << 20) }]), { maxBytes: 8 << 20 });
    const sizes = (await Array.fromAsync(entry!.read())).map(({ length }) => length);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(4 << 20);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1 << 20);
  });

  test.each<[string, readonly File[], RegExp]>([
    ['out of itself', [{ name: '../evil' }], /leads out of it/],
    ['out of itself in the middle', [{ name: 'a/../../evil' }], /leads out of it/],
    ['to the root', [{ name: '/etc/passwd' }], /leads out of it/],
    ['to a drive', [{ name: 'C:\\evil' }], /leads out of it/],
    ['with a symbolic link', [{ name: 'link', text: '/etc', mode: 0o120777 }], /is a symbolic link/],
    ['encrypted', [{ name: 'a', flags: 1 }], /is encrypted/],
    ['of another method', [{ name: 'a', text: 'x', method: 14 }], /not deflate/],
    ['larger than allowed', [{ name: 'a', text: 'x'.repeat(1001) }], /more than 1000 bytes/],
    ['larger than it says', [{ name: 'bomb', text: 'x'.repeat(100_000), size: 10 }], /not as large as it says/],
    ['to a depth of 2,000 folders', [{ name: `${'a/'.repeat(2000)}f` }], /deeper than 200 folders/],
  ])('and refused when it leads %s', async (_, files, message) => {
    await expect(read(files)).rejects.toThrow(message);
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['no zip', Buffer.from('not a zip at all, though longer than its ending')],
    ['half of one', zip(GOOD).subarray(0, 100)],
    ['one without its beginning', zip(GOOD).subarray(50)],
  ])('and refused when it is %s', (_, bytes) => {
    expect(() => readZip(bytes, { maxBytes: 1000 })).toThrow(ZipError);
  });
});

describe('an agent runtime from a zip in S3', () => {
  let emulator: Emulator;
  let clients: ReturnType<typeof clientsOf>;
  let s3: S3Client;
  const roleArn = 'arn:aws:iam::123456789012:role/BedrockAgentCore-code';
  const trust = (principal: object) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }] });

  beforeAll(async () => {
    emulator = await startEmulator({ ephemeral: true, stateDelayMs: 10 });
    clients = clientsOf(emulator);
    s3 = new S3Client({ endpoint: emulator.endpoint, region: emulator.region, credentials: emulator, forcePathStyle: true });
    await clients.iam.send(
      new CreateRoleCommand({
        RoleName: 'BedrockAgentCore-code',
        AssumeRolePolicyDocument: trust({ Service: 'bedrock-agentcore.amazonaws.com' }),
      }),
    );
    await clients.iam.send(new CreateRoleCommand({ RoleName: 'deployer', AssumeRolePolicyDocument: trust({ AWS: '123456789012' }) }));
    await clients.iam.send(
      new PutRolePolicyCommand({
        RoleName: 'deployer',
        PolicyName: 'all-but-s3',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: ['bedrock-agentcore:*', 'iam:PassRole'], Resource: '*' }],
        }),
      }),
    );
    await s3.send(new CreateBucketCommand({ Bucket: 'code', CreateBucketConfiguration: { LocationConstraint: 'us-west-2' } }));
    await s3.send(new PutObjectCommand({ Bucket: 'code', Key: 'agent.zip', Body: zip(GOOD) }));
    await s3.send(new PutObjectCommand({ Bucket: 'code', Key: 'broken.zip', Body: 'no zip' }));
  });
  afterAll(() => emulator.stop());

  const input = (changes: object = {}, name = 'zipped'): CreateAgentRuntimeCommandInput => ({
    agentRuntimeName: name,
    roleArn,
    networkConfiguration: { networkMode: 'PUBLIC' },
    agentRuntimeArtifact: {
      codeConfiguration: {
        code: { s3: { bucket: 'code', prefix: 'agent.zip' } },
        runtime: 'NODE_22',
        entryPoint: ['index.mjs'],
        ...changes,
      },
    },
  });

  test('becomes READY, answers, and goes on to when the object is gone', async () => {
    const { agentRuntimeId, agentRuntimeArn } = await clients.control.send(new CreateAgentRuntimeCommand(input()));
    await expect.poll(async () => (await clients.control.send(new GetAgentRuntimeCommand({ agentRuntimeId }))).status).toBe('READY');
    const ask = async () => {
      const { response } = await clients.data.send(new InvokeAgentRuntimeCommand({ agentRuntimeArn, payload: Buffer.from('{}') }));
      return response?.transformToString();
    };
    expect(await ask()).toBe('42');
    await s3.send(new DeleteObjectCommand({ Bucket: 'code', Key: 'agent.zip' }));
    expect(await ask()).toBe('42');
    await s3.send(new PutObjectCommand({ Bucket: 'code', Key: 'agent.zip', Body: zip(GOOD) }));
  });

  test('keeps its code for as long as there is one version of it, when the object is deleted and all is restarted', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'agentcore-local-code-'));
    const bytes = zip([...GOOD, { name: 'own', text: 'bytes that no other object has' }]);
    const digest = createHash('sha256').update(bytes).digest('hex');
    const blob = join(directory, 'objects', digest.slice(0, 2), digest);
    let own = await startEmulator({ dataDirectory: directory, stateDelayMs: 10 });
    try {
      let { control, data, iam } = clientsOf(own);
      const bucket = new S3Client({ endpoint: own.endpoint, region: own.region, credentials: own, forcePathStyle: true });
      await iam.send(
        new CreateRoleCommand({
          RoleName: 'BedrockAgentCore-code',
          AssumeRolePolicyDocument: trust({ Service: 'bedrock-agentcore.amazonaws.com' }),
        }),
      );
      await bucket.send(new CreateBucketCommand({ Bucket: 'code', CreateBucketConfiguration: { LocationConstraint: 'us-west-2' } }));
      await bucket.send(new PutObjectCommand({ Bucket: 'code', Key: 'agent.zip', Body: bytes }));
      const { agentRuntimeId, agentRuntimeArn } = await control.send(new CreateAgentRuntimeCommand(input({}, 'kept')));
      await expect.poll(async () => (await control.send(new GetAgentRuntimeCommand({ agentRuntimeId }))).status).toBe('READY');
      await bucket.send(new DeleteObjectCommand({ Bucket: 'code', Key: 'agent.zip' }));
      await own.stop();
      // What was unpacked for sessions is a cache.
      await rm(join(directory, 'cache'), { recursive: true, force: true });
      own = await startEmulator({ dataDirectory: directory, stateDelayMs: 10 });
      ({ control, data } = clientsOf(own));
      const { response } = await data.send(new InvokeAgentRuntimeCommand({ agentRuntimeArn, payload: Buffer.from('{}') }));
      expect(await response?.transformToString()).toBe('42');
      expect(existsSync(blob)).toBe(true);
      await control.send(new DeleteAgentRuntimeCommand({ agentRuntimeId }));
      await expect.poll(() => existsSync(blob)).toBe(false);
    } finally {
      await own.stop();
      await rm(directory, { recursive: true, force: true });
    }
  });

  test.each([
    [{ code: { s3: { bucket: 'code', prefix: 'none.zip' } } }, 'There is no object s3://code/none.zip.'],
    [{ code: { s3: { bucket: 'nobodys', prefix: 'agent.zip' } } }, 'There is no object s3://nobodys/agent.zip.'],
    [{ code: { s3: { bucket: 'code', prefix: 'broken.zip' } } }, 's3://code/broken.zip cannot be used: it is not a zip.'],
    [{ entryPoint: ['main.mjs'] }, 'The zip holds no main.mjs at its root'],
    [{ runtime: 'PYTHON_3_13' }, 'PYTHON_3_13 is not run by this emulator'],
  ])('%j is refused', async (changes, message) => {
    await expect(clients.control.send(new CreateAgentRuntimeCommand(input(changes, 'refused')))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });

  test('needs s3:GetObject of whoever makes it', async () => {
    const { Credentials: credentials } = await clients.sts.send(
      new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::123456789012:role/deployer', RoleSessionName: 'test' }),
    );
    const { control } = clientsOf({
      ...emulator,
      accessKeyId: credentials!.AccessKeyId!,
      secretAccessKey: credentials!.SecretAccessKey!,
      sessionToken: credentials!.SessionToken!,
    });
    await expect(control.send(new CreateAgentRuntimeCommand(input({}, 'denied')))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('s3:GetObject on resource: arn:aws:s3:::code/agent.zip'),
    });
  });
});
