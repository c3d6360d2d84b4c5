import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator, type Emulator } from '@agentcore-tutorials/emulator';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { apiKeyFrom, IdentityClient, requiresApiKey, runWithContext } from './index.ts';

let emulator: Emulator;
let directory: string;

beforeAll(async () => {
  [emulator, directory] = await Promise.all([
    startEmulator({ ephemeral: true, stateDelayMs: 0 }),
    mkdtemp(join(tmpdir(), 'identity-emulator-')),
  ]);
  for (const [name, value] of Object.entries(emulator.env)) vi.stubEnv(name, value);
  vi.stubEnv('DOCKER_CONTAINER', undefined);
  vi.spyOn(process, 'cwd').mockReturnValue(directory);
});

afterAll(async () => {
  await emulator.stop();
  await rm(directory, { recursive: true });
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('against the emulator, with nothing but the environment to tell it from AWS', () => {
  const identity = new IdentityClient();
  const name = 'openai';

  afterEach(async () => {
    await identity.deleteApiKeyCredentialProvider({ name });
  });

  test('a provider is ensured twice, and its key reaches a wrapped function in local development', async () => {
    const created = await identity.ensureApiKeyCredentialProvider({ name, apiKey: 'sk-emulated-1', tags: { lesson: '02' } });
    const updated = await identity.ensureApiKeyCredentialProvider({ name, apiKey: 'sk-emulated-2', tags: { lesson: '03' } });
    expect([created.outcome, updated.outcome]).toEqual(['created', 'updated']);
    expect(updated.credentialProviderArn).toBe(created.credentialProviderArn);
    await expect(
      requiresApiKey({ providerName: name }, ({ apiKey, n }: { apiKey: string; n: number }) => `${apiKey} ${n}`)({ n: 1 }),
    ).resolves.toBe('sk-emulated-2 1');
    const { workload_identity_name: workload } = JSON.parse(await readFile(join(directory, '.agentcore.json'), 'utf8')) as Record<
      string,
      string
    >;
    expect((await identity.listWorkloadIdentities()).map((identity) => identity.name)).toContain(workload);
  });

  test('a token of the request is used, a forged one is refused, and a rotated key is seen by the next call', async () => {
    await identity.ensureApiKeyCredentialProvider({ name, apiKey: 'sk-emulated-1' });
    await identity.createWorkloadIdentity({ name: 'agent', allowedResourceOauth2ReturnUrls: ['http://127.0.0.1:9/cb'] });
    const workloadAccessToken = await identity.getWorkloadAccessToken({ workloadName: 'agent', userId: 'ada' });
    const apiKey = apiKeyFrom({ providerName: name });
    await expect(runWithContext({ workloadAccessToken }, apiKey)).resolves.toBe('sk-emulated-1');
    await identity.updateApiKeyCredentialProvider({ name, apiKey: 'sk-emulated-2' });
    await expect(runWithContext({ workloadAccessToken }, apiKey)).resolves.toBe('sk-emulated-2');
    await expect(runWithContext({ workloadAccessToken: `${workloadAccessToken.slice(0, -4)}AAAA` }, apiKey)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    });
    await expect(identity.deleteWorkloadIdentity({ name: 'agent' })).resolves.toBe(true);
  });

  test('what is not there is NOT_FOUND, what is there already ALREADY_EXISTS, and what is malformed INVALID_ARGUMENT', async () => {
    await identity.ensureApiKeyCredentialProvider({ name, apiKey: 'sk-emulated-1' });
    await expect(identity.getApiKeyCredentialProvider({ name: 'none' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      requestId: expect.any(String),
    });
    await expect(identity.createApiKeyCredentialProvider({ name, apiKey: 'x' })).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    await expect(identity.createApiKeyCredentialProvider({ name: 'no spaces', apiKey: 'x' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    await identity.createWorkloadIdentity({ name: 'twice' });
    await expect(identity.createWorkloadIdentity({ name: 'twice' })).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    await identity.deleteWorkloadIdentity({ name: 'twice' });
    await expect(identity.deleteApiKeyCredentialProvider({ name: 'none' })).resolves.toBe(false);
  });

  test('an execution role without the policy is denied with the statement to add, and with exactly that statement it has the key', async () => {
    const { credentialProviderArn, secretArn } = await identity.ensureApiKeyCredentialProvider({ name, apiKey: 'sk-emulated-1' });
    const { workloadIdentityArn } = await identity.createWorkloadIdentity({ name: 'outbound-agent' });
    const workloadIdentityToken = await identity.getWorkloadAccessToken({ workloadName: 'outbound-agent', userId: 'ada' });
    const iam = new IAMClient({});
    const account = { AWS: `arn:aws:iam::${emulator.accountId}:root` };
    const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: account, Action: 'sts:AssumeRole' }] };
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'AgentRole', AssumeRolePolicyDocument: JSON.stringify(trust) }));
    const assumed = await new STSClient({}).send(new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'agent' }));
    const {
      AccessKeyId: accessKeyId = '',
      SecretAccessKey: secretAccessKey = '',
      SessionToken: sessionToken = '',
    } = assumed.Credentials ?? {};
    using agent = new IdentityClient({ credentials: { accessKeyId, secretAccessKey, sessionToken } });

    const denied = await agent.getApiKey({ providerName: name, workloadIdentityToken }).catch((error: unknown) => error);
    expect(denied).toMatchObject({ code: 'ACCESS_DENIED', awsStatus: 403, requestId: expect.any(String) });
    expect(String(denied)).toMatch(
      /is not authorized to perform: bedrock-agentcore:GetResourceApiKey .* To fix it, allow bedrock-agentcore:GetResourceApiKey on the four resources/,
    );

    const vault = credentialProviderArn.replace(/\/apikeycredentialprovider\/.*/, '');
    const directory = workloadIdentityArn.replace(/\/workload-identity\/.*/, '');
    const statements = [
      {
        Effect: 'Allow',
        Action: 'bedrock-agentcore:GetResourceApiKey',
        Resource: [vault, credentialProviderArn, directory, workloadIdentityArn],
      },
      { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: secretArn },
    ];
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
    await iam.send(new PutRolePolicyCommand({ RoleName: 'AgentRole', PolicyName: 'outbound', PolicyDocument: policy }));
    await expect(agent.getApiKey({ providerName: name, workloadIdentityToken })).resolves.toBe('sk-emulated-1');
    await identity.deleteWorkloadIdentity({ name: 'outbound-agent' });
  });

  test('the token vault says which key encrypts it', async () => {
    await expect(identity.getTokenVault()).resolves.toMatchObject({
      tokenVaultId: 'default',
      kmsConfiguration: { keyType: 'ServiceManagedKey' },
    });
  });

  test('credentials of nobody are CREDENTIALS', async () => {
    using stranger = new IdentityClient({ credentials: { accessKeyId: 'AKIANOBODY0000000000', secretAccessKey: 'none' } });
    await expect(stranger.listWorkloadIdentities()).rejects.toMatchObject({ code: 'CREDENTIALS' });
  });
});
