import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { GetResourceApiKeyCommand, GetWorkloadAccessTokenCommand, InvokeAgentRuntimeCommand } from '@aws-sdk/client-bedrock-agentcore';
import {
  CreateApiKeyCredentialProviderCommand,
  CreateOauth2CredentialProviderCommand,
  CreateWorkloadIdentityCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { AttachRolePolicyCommand, CreatePolicyCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { expect } from 'vitest';
import { startEmulator, type Emulator } from '../start-emulator.ts';
import { clientsOf } from './clients.ts';
import { pushRuntime } from './push-runtime.ts';
import { assume, makeRole } from './role-fixture.ts';
import { eventually } from './eventually.ts';

/** An emulator that holds something of every kind, and two exports of it. */
export interface FullState {
  emulator: Emulator;
  agentRuntimeArn: string;
  agentRuntimeId: string;
  /** File of an export without secrets. */
  plain: string;
  /** File of an export with them. */
  whole: string;
}

/** Prints a line, and answers with a variable of its environment. */
export const AGENT = `
import http from 'node:http';
http.createServer((request, response) => {
  if (request.url === '/ping') return response.end('{"status":"Healthy"}');
  console.log('printed-by-the-agent');
  response.end(JSON.stringify({ said: process.env.SAID ?? null }));
}).listen(8080, '0.0.0.0');
`;
export const TRUST = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}';
/** Whatever must not leave without being asked for. */
export const SECRETS = [
  'sk-of-the-provider',
  'text-of-the-secret',
  'value-of-the-variable',
  'secret-of-the-client',
  'printed-by-the-agent',
];

/** `directory` holds the state and the exports. */
export async function makeFullState(directory: string): Promise<FullState> {
  const emulator = await startEmulator({ dataDirectory: join(directory, 'source'), stateDelayMs: 0 });
  const clients = clientsOf(emulator);
  await clients.control.send(new CreateApiKeyCredentialProviderCommand({ name: 'provider', apiKey: SECRETS[0] }));
  await clients.secrets.send(new CreateSecretCommand({ Name: 'secret', SecretString: SECRETS[1] }));
  await clients.control.send(
    new CreateOauth2CredentialProviderCommand({
      name: 'oauth2',
      credentialProviderVendor: 'CustomOauth2',
      oauth2ProviderConfigInput: {
        customOauth2ProviderConfig: {
          oauthDiscovery: { discoveryUrl: emulator.vendor.discoveryUrl },
          clientId: 'client',
          clientSecret: SECRETS[3],
        },
      },
    }),
  );
  await clients.control.send(new CreateWorkloadIdentityCommand({ name: 'workload' }));
  await clients.s3.send(new CreateBucketCommand({ Bucket: 'bucket', CreateBucketConfiguration: { LocationConstraint: 'us-west-2' } }));
  await clients.s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'key', Body: 'bytes of the object' }));
  const PolicyDocument = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:ListRoles","Resource":"*"}]}';
  const { Policy } = await clients.iam.send(new CreatePolicyCommand({ PolicyName: 'policy', PolicyDocument }));
  await makeRole(clients, 'lister', { AWS: '*' });
  await clients.iam.send(new AttachRolePolicyCommand({ RoleName: 'lister', PolicyArn: Policy!.Arn }));
  const { agentRuntimeArn, agentRuntimeId } = await pushRuntime(clients, 'agent', AGENT, {
    environmentVariables: { SAID: SECRETS[2]! },
  });
  await invoke(emulator, agentRuntimeArn);
  await eventually(() => expect(emulator.logs().map(({ message }) => message)).toContain(SECRETS[4]));
  const plain = join(directory, 'plain.tar');
  const whole = join(directory, 'whole.tar');
  await pipeline(await emulator.exportState(), createWriteStream(plain));
  await pipeline(await emulator.exportState({ secrets: true }), createWriteStream(whole));
  return { emulator, agentRuntimeArn, agentRuntimeId, plain, whole };
}

export async function invoke(emulator: Emulator, agentRuntimeArn: string): Promise<{ said: string | null }> {
  const answer = await clientsOf(emulator).data.send(
    new InvokeAgentRuntimeCommand({ agentRuntimeArn, runtimeSessionId: 'session'.padEnd(33, '-'), payload: Buffer.from('{}') }),
  );
  return JSON.parse(await answer.response!.transformToString()) as never;
}

export async function apiKeyOf(emulator: Emulator) {
  const { data } = clientsOf(emulator);
  const { workloadAccessToken } = await data.send(new GetWorkloadAccessTokenCommand({ workloadName: 'workload' }));
  const command = { resourceCredentialProviderName: 'provider', workloadIdentityToken: workloadAccessToken };
  return (await data.send(new GetResourceApiKeyCommand(command))).apiKey;
}

export async function objectOf(emulator: Emulator): Promise<string> {
  const { Body } = await clientsOf(emulator).s3.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'key' }));
  return Body!.transformToString();
}

/** Asked for by a role that may do so by a customer managed policy. */
export async function rolesOf(emulator: Emulator): Promise<(string | undefined)[]> {
  const lister = await assume(emulator, `arn:aws:iam::${emulator.accountId}:role/lister`);
  return ((await lister.iam.send(new ListRolesCommand({}))).Roles ?? []).map(({ RoleName }) => RoleName);
}

/** Without sessions: those are not part of the state. */
export const resourcesOf = (emulator: Emulator) => emulator.inventory().filter(({ type }) => type !== 'bedrock-agentcore:runtime-session');
