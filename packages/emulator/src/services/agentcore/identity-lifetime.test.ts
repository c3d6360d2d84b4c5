import {
  GetResourceApiKeyCommand,
  GetWorkloadAccessTokenCommand,
  InvokeAgentRuntimeCommand,
  StopRuntimeSessionCommand,
} from '@aws-sdk/client-bedrock-agentcore';
import {
  CreateApiKeyCredentialProviderCommand,
  CreateWorkloadIdentityCommand,
  DeleteAgentRuntimeCommand,
  DeleteWorkloadIdentityCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { CreateRoleCommand, DeleteRoleCommand, DeleteRolePolicyCommand, GetRoleCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import {
  CreateSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
} from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../start-emulator.ts';
import { clientsOf, failureOf } from '../../test/clients.ts';
import { eventually } from '../../test/eventually.ts';
import { pushRuntime } from '../../test/push-runtime.ts';
import { assume, makeRole, statement } from '../../test/role-fixture.ts';

/** Answers with what it exchanges for credentials, and where. */
const AGENT = `
import http from 'node:http';
http.createServer((request, response) => {
  if (request.url === '/ping') return response.end('{"status":"Healthy"}');
  const { AWS_CONTAINER_CREDENTIALS_FULL_URI: url, AWS_CONTAINER_AUTHORIZATION_TOKEN: authorization } = process.env;
  response.end(JSON.stringify({ url, authorization }));
}).listen(8080, '0.0.0.0');
`;
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'bedrock-agentcore.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

let emulator: Emulator;
let clients: ReturnType<typeof clientsOf>;
beforeAll(async () => {
  emulator = await startEmulator({ isolation: 'none', ephemeral: true, stateDelayMs: 0 });
  clients = clientsOf(emulator);
});
afterAll(() => emulator?.stop());

/** Believed: AgentCore's container credentials end with what they belong to. */
test('what a session exchanges for credentials ends with it, with its role and with its runtime', async () => {
  const { agentRuntimeArn, agentRuntimeId } = await pushRuntime(clients, 'leaver', AGENT);
  const begin = async (name: string) => {
    const runtimeSessionId = name.padEnd(33, '0');
    const answer = await clients.data.send(
      new InvokeAgentRuntimeCommand({ agentRuntimeArn, runtimeSessionId, runtimeUserId: 'user', payload: Buffer.from('{}') }),
    );
    const { url, authorization } = JSON.parse(await answer.response!.transformToString()) as { url: string; authorization: string };
    return {
      redeem: async () => (await fetch(url, { headers: { authorization } })).status,
      stop: () => clients.data.send(new StopRuntimeSessionCommand({ agentRuntimeArn, runtimeSessionId })),
    };
  };
  const first = await begin('first');
  expect(await first.redeem()).toBe(200);
  await first.stop();
  expect(await first.redeem()).toBe(403);
  // Another session of the same id has its own.
  const again = await begin('first');
  expect([await first.redeem(), await again.redeem()]).toEqual([403, 200]);

  await clients.iam.send(new DeleteRolePolicyCommand({ RoleName: 'leaver', PolicyName: 'base' }));
  await clients.iam.send(new DeleteRoleCommand({ RoleName: 'leaver' }));
  expect(await again.redeem()).toBe(403);
  await clients.iam.send(new CreateRoleCommand({ RoleName: 'leaver', AssumeRolePolicyDocument: TRUST }));
  expect(await again.redeem()).toBe(403);
  const anew = await begin('second');
  expect(await anew.redeem()).toBe(200);

  await clients.control.send(new DeleteAgentRuntimeCommand({ agentRuntimeId }));
  await eventually(async () => expect(await anew.redeem()).toBe(403));
});

/** Documented: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html, "IAM role principals". */
test('a role that is made again under the name of another has nothing of it', async () => {
  const list = statement('iam:ListRoles');
  const arn = await makeRole(clients, 'twice', { AWS: '*' }, list);
  const old = await assume(emulator, arn);
  await old.iam.send(new ListRolesCommand({}));
  await makeRole(clients, 'guarded', { AWS: arn });
  await makeRole(clients, 'for-session', { AWS: ['arn:aws:sts::123456789012:assumed-role/twice/test-session', '123456789012'] });
  const { ARN: SecretId } = await clients.secrets.send(new CreateSecretCommand({ Name: 'guarded', SecretString: 'value' }));
  const ResourcePolicy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: arn }, Action: 'secretsmanager:GetSecretValue', Resource: '*' }],
  });
  await clients.secrets.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy }));
  const read = (by: typeof clients) => by.secrets.send(new GetSecretValueCommand({ SecretId }));
  const reach = (by: typeof clients, RoleName: string) =>
    by.sts.send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::123456789012:role/${RoleName}`, RoleSessionName: 'chained' }));
  expect((await read(old)).SecretString).toBe('value');
  await reach(old, 'guarded');

  const { Role } = await clients.iam.send(new GetRoleCommand({ RoleName: 'twice' }));
  await clients.iam.send(new DeleteRolePolicyCommand({ RoleName: 'twice', PolicyName: 'p' }));
  await clients.iam.send(new DeleteRoleCommand({ RoleName: 'twice' }));
  await makeRole(clients, 'twice', { AWS: '*' }, list, statement('sts:AssumeRole'));
  const other = await assume(emulator, arn);
  await other.iam.send(new ListRolesCommand({}));
  // The sessions of the one that is gone have nothing of the new one, which has nothing of what was granted to it.
  expect((await failureOf(old.iam.send(new ListRolesCommand({})))).name).toBe('AccessDenied');
  expect((await failureOf(read(other))).name).toBe('AccessDeniedException');
  expect((await failureOf(reach(other, 'guarded'))).name).toBe('AccessDenied');
  const { ResourcePolicy: shown } = await clients.secrets.send(new GetResourcePolicyCommand({ SecretId }));
  expect(JSON.parse(shown!)).toMatchObject({ Statement: [{ Principal: { AWS: Role!.RoleId } }] });
  const { Role: named } = await clients.iam.send(new GetRoleCommand({ RoleName: 'for-session' }));
  expect(JSON.parse(decodeURIComponent(named!.AssumeRolePolicyDocument!))).toMatchObject({
    Statement: [{ Principal: { AWS: [`${Role!.RoleId}:test-session`, '123456789012'] } }],
  });
  // Written anew, the policy means the new one.
  await clients.secrets.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy }));
  expect((await read(other)).SecretString).toBe('value');
});

/** Believed. */
test('the token of a workload identity that was deleted is no token of another of its name', async () => {
  await clients.control.send(new CreateApiKeyCredentialProviderCommand({ name: 'provider', apiKey: 'sk' }));
  const make = () => clients.control.send(new CreateWorkloadIdentityCommand({ name: 'identity' }));
  const tokenOf = async () =>
    (await clients.data.send(new GetWorkloadAccessTokenCommand({ workloadName: 'identity' }))).workloadAccessToken;
  const keyBy = (workloadIdentityToken: string | undefined) =>
    clients.data.send(new GetResourceApiKeyCommand({ resourceCredentialProviderName: 'provider', workloadIdentityToken }));
  await make();
  const token = await tokenOf();
  expect((await keyBy(token)).apiKey).toBe('sk');
  await clients.control.send(new DeleteWorkloadIdentityCommand({ name: 'identity' }));
  expect((await failureOf(keyBy(token))).name).toBe('ResourceNotFoundException');
  await make();
  expect((await failureOf(keyBy(token))).name).toBe('UnauthorizedException');
  expect((await keyBy(await tokenOf())).apiKey).toBe('sk');
});
