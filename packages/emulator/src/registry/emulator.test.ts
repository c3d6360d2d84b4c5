import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../start-emulator.ts';
import { codeOf, imageOf, type TestImage } from './fixture-registry.ts';
import { OCI_MANIFEST } from './manifest.ts';

let emulator: Emulator;
let clientOptions: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  const { endpoint, region, accessKeyId, secretAccessKey } = emulator;
  clientOptions = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
});
afterAll(() => emulator.stop());

async function loginOf(client: ECRClient): Promise<string> {
  const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}));
  expect(authorizationData![0]!.proxyEndpoint).toBe(emulator.endpoint);
  return `Basic ${authorizationData![0]!.authorizationToken}`;
}

async function push(authorization: string, { config, layer, manifest }: TestImage): Promise<Response> {
  for (const { bytes, digest } of [config, layer]) {
    const response = await fetch(`${emulator.endpoint}/v2/team/agent/blobs/uploads/?digest=${digest}`, {
      method: 'POST',
      headers: { authorization },
      body: new Uint8Array(bytes),
    });
    if (!response.ok) return response;
  }
  const headers = { authorization, 'content-type': OCI_MANIFEST };
  return fetch(`${emulator.endpoint}/v2/team/agent/manifests/v1`, { method: 'PUT', headers, body: new Uint8Array(manifest.bytes) });
}

const policy = (Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

test('a role pushes only what its policies, and those of its session, let it push', async () => {
  const iam = new IAMClient(clientOptions);
  const sts = new STSClient(clientOptions);
  await new ECRClient(clientOptions).send(new CreateRepositoryCommand({ repositoryName: 'team/agent' }));
  const trust = policy([{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${emulator.accountId}:root` }, Action: 'sts:AssumeRole' }]);
  const { Role: role } = await iam.send(new CreateRoleCommand({ RoleName: 'pusher', AssumeRolePolicyDocument: trust }));
  const arn = `arn:aws:ecr:${emulator.region}:${emulator.accountId}:repository/team/*`;
  const token = { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' };
  const put = (statements: object[]) =>
    iam.send(new PutRolePolicyCommand({ RoleName: 'pusher', PolicyName: 'push', PolicyDocument: policy(statements) }));
  const assume = async (sessionPolicy?: string) => {
    const { Credentials: session } = await sts.send(
      new AssumeRoleCommand({ RoleArn: role!.Arn, RoleSessionName: 'test', ...(sessionPolicy ? { Policy: sessionPolicy } : {}) }),
    );
    return new ECRClient({
      ...clientOptions,
      credentials: { accessKeyId: session!.AccessKeyId!, secretAccessKey: session!.SecretAccessKey!, sessionToken: session!.SessionToken! },
    });
  };

  await put([token]);
  const session = await assume();
  const authorization = await loginOf(session);
  const denied = await push(authorization, imageOf());
  expect(denied.status).toBe(403);
  expect(await denied.text()).toContain(
    `User: arn:aws:sts::${emulator.accountId}:assumed-role/pusher/test is not authorized to perform: ecr:InitiateLayerUpload on resource: arn:aws:ecr:${emulator.region}:${emulator.accountId}:repository/team/agent because no identity-based policy allows the ecr:InitiateLayerUpload action`,
  );

  // The password stays the same: each request is authorised by what the role may do now.
  const upload = {
    Effect: 'Allow',
    Action: ['ecr:InitiateLayerUpload', 'ecr:UploadLayerPart', 'ecr:CompleteLayerUpload', 'ecr:PutImage'],
    Resource: arn,
  };
  await put([token, upload]);
  expect((await push(authorization, imageOf())).status).toBe(201);

  await put([token, { ...upload, Condition: { StringEquals: { 'ecr:ResourceTag/stage': 'dev' } } }]);
  expect((await push(authorization, imageOf())).status).toBe(403);

  // A session policy limits the password that was asked for with it.
  await put([token, upload]);
  const limited = await assume(
    policy([token, { ...upload, Action: ['ecr:InitiateLayerUpload', 'ecr:UploadLayerPart', 'ecr:CompleteLayerUpload'] }]),
  );
  const refused = await push(await loginOf(limited), imageOf());
  expect([refused.status, await codeOf(refused)]).toEqual([403, 'DENIED']);

  expect(emulator.inventory().filter(({ type }) => type.startsWith('ecr'))).toEqual([
    {
      accountId: emulator.accountId,
      region: emulator.region,
      type: 'ecr:repository',
      id: 'team/agent',
      arn: `arn:aws:ecr:${emulator.region}:${emulator.accountId}:repository/team/agent`,
    },
  ]);
});

test('the base image is read by anyone and counts as nobody’s resource', async () => {
  const before = emulator.inventory();
  expect((await fetch(`${emulator.endpoint}/v2/docker/library/node/manifests/22-slim`)).status).toBe(200);
  expect(emulator.inventory()).toEqual(before);
});
