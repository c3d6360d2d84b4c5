import { InvokeAgentRuntimeCommand, StopRuntimeSessionCommand } from '@aws-sdk/client-bedrock-agentcore';
import {
  CreateAgentRuntimeEndpointCommand,
  DeleteAgentRuntimeCommand,
  DeleteAgentRuntimeEndpointCommand,
  DeleteResourcePolicyCommand,
  GetAgentRuntimeCommand,
  GetAgentRuntimeEndpointCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
  ResourceNotFoundException,
  ValidationException,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../start-emulator.ts';
import { clientsOf, failureOf } from '../../test/clients.ts';
import { pushRuntime } from '../../test/push-runtime.ts';

const AGENT = `import http from 'node:http'; http.createServer((request, response) => response.end(request.url === '/ping' ? '{"status":"Healthy"}' : 'answered')).listen(8080, '0.0.0.0');`;
const SESSION = 'session-000000000000000000000000000000001';
const OTHER = '999988887777';

type Clients = ReturnType<typeof clientsOf>;
let emulator: Emulator;
let owner: Clients;
/** A role of the owner's account that is allowed nothing by itself. */
let inside: Clients;
/** The administrator of another account. */
let outside: Clients;
let arn: string;
let runtimeId: string;
const endpoint = () => `${arn}/runtime-endpoint/DEFAULT`;

const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const allow = (Principal: unknown, more: object = {}) =>
  policy({
    Effect: 'Allow',
    Principal,
    Action: ['bedrock-agentcore:InvokeAgentRuntime', 'bedrock-agentcore:StopRuntimeSession'],
    Resource: '*',
    ...more,
  });
const put = (resourceArn: string, document: string) => owner.control.send(new PutResourcePolicyCommand({ resourceArn, policy: document }));
/** On the runtime and on the endpoint: both are asked. */
const putBoth = (document: string) => Promise.all([put(arn, document), put(endpoint(), document)]);
const invoke = async (by: Clients) => {
  const answer = await by.data.send(
    new InvokeAgentRuntimeCommand({ agentRuntimeArn: arn, runtimeSessionId: SESSION, payload: Buffer.from('{}') }),
  );
  return answer.response!.transformToString();
};
const INSIDE = 'arn:aws:iam::123456789012:role/inside';

beforeAll(async () => {
  emulator = await startEmulator({ isolation: 'none', ephemeral: true, stateDelayMs: 0 });
  owner = clientsOf(emulator);
  ({ agentRuntimeArn: arn, agentRuntimeId: runtimeId } = await pushRuntime(owner, 'guarded', AGENT));
  const AssumeRolePolicyDocument = policy({ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' });
  await owner.iam.send(new CreateRoleCommand({ RoleName: 'inside', AssumeRolePolicyDocument }));
  const { Credentials: given } = await owner.sts.send(new AssumeRoleCommand({ RoleArn: INSIDE, RoleSessionName: 'session' }));
  inside = clientsOf({
    ...emulator,
    accessKeyId: given!.AccessKeyId!,
    secretAccessKey: given!.SecretAccessKey!,
    sessionToken: given!.SessionToken!,
  });
  const answer = await fetch(`${emulator.endpoint}/_emulator/accounts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${emulator.adminToken}` },
    body: JSON.stringify({ accountId: OTHER }),
  });
  outside = clientsOf({ ...emulator, ...((await answer.json()) as { accessKeyId: string; secretAccessKey: string }) });
});
afterAll(() => emulator.stop());

describe('a policy of a runtime', () => {
  test('is put, read and deleted, and nothing that is no policy is taken', async () => {
    expect((await owner.control.send(new GetResourcePolicyCommand({ resourceArn: arn }))).policy).toBeUndefined();
    const document = allow('*');
    expect((await put(arn, document)).policy).toBe(document);
    expect((await owner.control.send(new GetResourcePolicyCommand({ resourceArn: arn }))).policy).toBe(document);
    for (const bad of ['no JSON', '{}', allow('*', { Principal: undefined }), allow('*', { Effect: 'Maybe' }), allow({ AWS: 'nobody' })])
      expect(await failureOf(put(arn, bad))).toBeInstanceOf(ValidationException);
    await owner.control.send(new DeleteResourcePolicyCommand({ resourceArn: arn }));
    expect((await owner.control.send(new GetResourcePolicyCommand({ resourceArn: arn }))).policy).toBeUndefined();
    for (const missing of [`${arn}x`, `${arn}/runtime-endpoint/none`, arn.replace('us-west-2', 'eu-west-1'), `${arn}/other/DEFAULT`])
      expect(await failureOf(put(missing, document))).toBeInstanceOf(ResourceNotFoundException);
  });

  test('is enough within the account when it names the role and its session, and a Deny in it wins over everything', async () => {
    expect((await failureOf(invoke(inside))).message).toContain('because no identity-based policy allows');
    await putBoth(allow({ AWS: INSIDE }));
    expect(await invoke(inside)).toBe('answered');
    await put(arn, policy({ Effect: 'Deny', Principal: '*', Action: 'bedrock-agentcore:InvokeAgentRuntime', Resource: arn }));
    const denied = await failureOf(invoke(owner));
    expect(denied.name).toBe('AccessDeniedException');
    expect(denied.message).toContain('with an explicit deny in a resource-based policy');
  });

  test('lets another account in only together with the policies of that account, on the runtime and on the endpoint', async () => {
    await Promise.all([arn, endpoint()].map((resourceArn) => owner.control.send(new DeleteResourcePolicyCommand({ resourceArn }))));
    const denied = await failureOf(invoke(outside));
    expect(denied.message).toContain(
      `on resource: ${arn} because no resource-based policy allows the bedrock-agentcore:InvokeAgentRuntime action`,
    );
    await put(arn, allow({ AWS: OTHER }));
    expect((await failureOf(invoke(outside))).message).toContain(`on resource: ${endpoint()} because no resource-based policy`);
    await put(endpoint(), allow({ AWS: OTHER }));
    expect(await invoke(outside)).toBe('answered');
    await outside.data.send(new StopRuntimeSessionCommand({ agentRuntimeArn: arn, runtimeSessionId: SESSION }));

    // A role over there that is allowed nothing by its own account stays outside.
    const AssumeRolePolicyDocument = policy({ Effect: 'Allow', Principal: { AWS: OTHER }, Action: 'sts:AssumeRole' });
    const { Role } = await outside.iam.send(new CreateRoleCommand({ RoleName: 'small', AssumeRolePolicyDocument }));
    const { Credentials: given } = await outside.sts.send(new AssumeRoleCommand({ RoleArn: Role!.Arn, RoleSessionName: 'session' }));
    const small = clientsOf({
      ...emulator,
      accessKeyId: given!.AccessKeyId!,
      secretAccessKey: given!.SecretAccessKey!,
      sessionToken: given!.SessionToken!,
    });
    expect((await failureOf(invoke(small))).message).toContain('because no identity-based policy allows');
    const PolicyDocument = policy({ Effect: 'Allow', Action: 'bedrock-agentcore:InvokeAgentRuntime', Resource: [arn, endpoint()] });
    await outside.iam.send(new PutRolePolicyCommand({ RoleName: 'small', PolicyName: 'p', PolicyDocument }));
    expect(await invoke(small)).toBe('answered');
  });

  test('that asks for the source of a service does not let in who calls directly', async () => {
    await putBoth(allow('*', { Condition: { StringEquals: { 'aws:SourceAccount': OTHER } } }));
    expect((await failureOf(invoke(outside))).name).toBe('AccessDeniedException');
    await putBoth(allow('*', { Condition: { StringEquals: { 'aws:PrincipalAccount': OTHER } } }));
    expect(await invoke(outside)).toBe('answered');
  });

  test('cannot be changed from another account', async () => {
    await putBoth(allow({ AWS: OTHER }, { Action: 'bedrock-agentcore:*' }));
    expect(await failureOf(outside.control.send(new PutResourcePolicyCommand({ resourceArn: arn, policy: allow('*') })))).toBeInstanceOf(
      ResourceNotFoundException,
    );
  });

  test('goes with its endpoint and with its runtime', async () => {
    await owner.control.send(new CreateAgentRuntimeEndpointCommand({ agentRuntimeId: runtimeId, name: 'named' }));
    const named = `${arn}/runtime-endpoint/named`;
    const find = (endpointName: string) => new GetAgentRuntimeEndpointCommand({ agentRuntimeId: runtimeId, endpointName });
    await expect.poll(async () => (await owner.control.send(find('named'))).status).toBe('READY');
    await put(named, allow('*'));
    await owner.control.send(new DeleteAgentRuntimeEndpointCommand({ agentRuntimeId: runtimeId, endpointName: 'named' }));
    await expect.poll(async () => (await failureOf(owner.control.send(find('named')))).name).toBe('ResourceNotFoundException');
    await owner.control.send(new CreateAgentRuntimeEndpointCommand({ agentRuntimeId: runtimeId, name: 'named' }));
    expect((await owner.control.send(new GetResourcePolicyCommand({ resourceArn: named }))).policy).toBeUndefined();

    await owner.control.send(new DeleteAgentRuntimeEndpointCommand({ agentRuntimeId: runtimeId, endpointName: 'named' }));
    await expect.poll(async () => (await failureOf(owner.control.send(find('named')))).name).toBe('ResourceNotFoundException');
    await owner.control.send(new DeleteAgentRuntimeCommand({ agentRuntimeId: runtimeId }));
    await expect
      .poll(async () => (await failureOf(owner.control.send(new GetAgentRuntimeCommand({ agentRuntimeId: runtimeId })))).name, {
        timeout: 20_000,
      })
      .toBe('ResourceNotFoundException');
    // Nothing of it lets anybody in any more.
    expect((await failureOf(invoke(outside))).name).toBe('AccessDeniedException');
  });
});
