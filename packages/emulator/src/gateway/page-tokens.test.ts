import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateAgentRuntimeEndpointCommand,
  CreateApiKeyCredentialProviderCommand,
  CreateOauth2CredentialProviderCommand,
  CreateWorkloadIdentityCommand,
  UpdateAgentRuntimeCommand,
  type CreateAgentRuntimeCommandInput,
  CreateAgentRuntimeCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import * as control from '@aws-sdk/client-bedrock-agentcore-control';
import * as ecr from '@aws-sdk/client-ecr';
import * as iam from '@aws-sdk/client-iam';
import * as secrets from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadModels } from '../load-models.ts';
import { services } from '../services/index.ts';
import { startEmulator, type Emulator } from '../start-emulator.ts';
import { clientsOf, failureOf } from '../test/clients.ts';
import { eventually } from '../test/eventually.ts';
import { pushRuntime } from '../test/push-runtime.ts';

type Values = Record<string, unknown>;
interface Sender {
  send(command: unknown): Promise<Values>;
}

const AGENT = `import http from 'node:http'; http.createServer((_request, response) => response.end('{"status":"Healthy"}')).listen(8080, '0.0.0.0');`;
const CLIENTS: Readonly<Record<string, { commands: object; client: (of: ReturnType<typeof clientsOf>) => unknown }>> = {
  'bedrock-agentcore-control': { commands: control, client: (of) => of.control },
  ecr: { commands: ecr, client: (of) => of.ecr },
  iam: { commands: iam, client: (of) => of.iam },
  secretsmanager: { commands: secrets, client: (of) => of.secrets },
};
const REFUSALS: Readonly<Record<string, string>> = {
  'bedrock-agentcore-control': 'ValidationException',
  ecr: 'InvalidParameterException',
  iam: 'ValidationError',
  secretsmanager: 'InvalidNextTokenException',
};

/** An account has one alias at most. */
const NEVER_PAGED = new Set(['ListAccountAliases']);

/** Every operation of the models that gives pages and has a handler. CloudWatch Logs has a suite of its own. */
const listed = loadModels().flatMap((model) =>
  Object.entries(model.operations).flatMap(([name, { input, output }]) => {
    const members = input ? (model.shapes[input]?.members ?? {}) : {};
    const results = output ? (model.shapes[output]?.members ?? {}) : {};
    const tokenName = ['nextToken', 'NextToken', 'Marker'].find((member) => members[member] && results[member]);
    const sizeName = Object.keys(members).find((member) => /^(max(results|items)|limit)$/i.test(member));
    return tokenName && services[model.service]?.[name] && model.service !== 'logs' && !NEVER_PAGED.has(name)
      ? [{ service: model.service, name, tokenName, sizeName: sizeName!, max: members[sizeName!]!.max! }]
      : [];
  }),
);

let directory: string;
let emulator: Emulator;
let clients: ReturnType<typeof clientsOf>;
/** What an operation needs beside the members of its pages. */
let needs: Readonly<Record<string, Values>>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'page-tokens-'));
  emulator = await startEmulator({ isolation: 'none', dataDirectory: directory, stateDelayMs: 0 });
  clients = clientsOf(emulator);
  const names = ['one', 'two', 'three'];
  const { agentRuntimeId, containerUri } = await pushRuntime(clients, 'listed', AGENT);
  const configuration: Omit<CreateAgentRuntimeCommandInput, 'agentRuntimeName'> = {
    roleArn: `arn:aws:iam::${emulator.accountId}:role/listed`,
    agentRuntimeArtifact: { containerConfiguration: { containerUri } },
    networkConfiguration: { networkMode: 'PUBLIC' },
  };
  for (const name of names) {
    await clients.control.send(new CreateAgentRuntimeEndpointCommand({ agentRuntimeId, name }));
    await clients.control.send(new CreateAgentRuntimeCommand({ agentRuntimeName: name, ...configuration }));
    await clients.control.send(new CreateApiKeyCredentialProviderCommand({ name, apiKey: 'sk-1' }));
    await clients.control.send(new CreateWorkloadIdentityCommand({ name }));
    await clients.control.send(
      new CreateOauth2CredentialProviderCommand({
        name,
        credentialProviderVendor: 'CustomOauth2',
        oauth2ProviderConfigInput: {
          customOauth2ProviderConfig: {
            oauthDiscovery: { discoveryUrl: emulator.vendor.discoveryUrl },
            clientId: 'client',
            clientSecret: 'secret',
          },
        },
      }),
    );
    await clients.ecr.send(new ecr.CreateRepositoryCommand({ repositoryName: name }));
    await clients.iam.send(new iam.CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: TRUST }));
    await clients.iam.send(new iam.PutRolePolicyCommand({ RoleName: 'listed', PolicyName: name, PolicyDocument: ALLOW }));
    await clients.iam.send(new iam.TagRoleCommand({ RoleName: 'listed', Tags: [{ Key: name.padEnd(128, 'x'), Value: name }] }));
    await clients.secrets.send(new secrets.CreateSecretCommand({ Name: name, SecretString: name }));
  }
  await clients.secrets.send(new secrets.PutSecretValueCommand({ SecretId: 'one', SecretString: 'another' }));
  // As long as it may be: a marker must not grow with it.
  const PolicyName = 'listed'.padEnd(128, '-');
  const created = await clients.iam.send(new iam.CreatePolicyCommand({ PolicyName, Path: `/${'p'.repeat(510)}/`, PolicyDocument: ALLOW }));
  const policyArn = created.Policy!.Arn!;
  await clients.iam.send(new iam.CreatePolicyVersionCommand({ PolicyArn: policyArn, PolicyDocument: ALLOW }));
  const policyTags = names.map((name) => ({ Key: name.padEnd(128, 'x'), Value: name }));
  await clients.iam.send(new iam.TagPolicyCommand({ PolicyArn: policyArn, Tags: policyTags }));
  for (const RoleName of ['listed', 'one']) await clients.iam.send(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn: policyArn }));
  for (const policy of ['AdministratorAccess', 'BedrockAgentCoreFullAccess'])
    await clients.iam.send(new iam.AttachRolePolicyCommand({ RoleName: 'listed', PolicyArn: `arn:aws:iam::aws:policy/${policy}` }));
  const providerArn = await fillIam(names, policyArn);
  await eventually(() => clients.control.send(new UpdateAgentRuntimeCommand({ agentRuntimeId, ...configuration })));
  const { imageManifest } = (
    await clients.ecr.send(new ecr.BatchGetImageCommand({ repositoryName: 'listed', imageIds: [{ imageTag: 'latest' }] }))
  ).images![0]!;
  // Another image: the same, with a space at its end.
  await clients.ecr.send(
    new ecr.PutImageCommand({
      repositoryName: 'listed',
      imageManifest: `${imageManifest} `,
      imageTag: 'second',
      imageManifestMediaType: MANIFEST,
    }),
  );
  // What is still on its way changes between one page and the next.
  await eventually(async () => {
    const { agentRuntimes = [] } = await clients.control.send(new control.ListAgentRuntimesCommand({}));
    const { runtimeEndpoints = [] } = await clients.control.send(new control.ListAgentRuntimeEndpointsCommand({ agentRuntimeId }));
    const states = [...agentRuntimes, ...runtimeEndpoints].map(({ status }) => status);
    expect(states.filter((state) => state !== 'READY')).toEqual([]);
  });
  const actions = ['iam:GetRole', 's3:GetObject', 'iam:GetRole'];
  needs = {
    ListAgentRuntimeEndpoints: { agentRuntimeId },
    ListAgentRuntimeVersions: { agentRuntimeId },
    DescribeImages: { repositoryName: 'listed' },
    ListImages: { repositoryName: 'listed' },
    ListAttachedRolePolicies: { RoleName: 'listed' },
    GetGroup: { GroupName: 'one' },
    ListAccessKeys: { UserName: 'one' },
    ListAttachedGroupPolicies: { GroupName: 'one' },
    ListAttachedUserPolicies: { UserName: 'one' },
    ListGroupPolicies: { GroupName: 'one' },
    ListGroupsForUser: { UserName: 'one' },
    ListInstanceProfilesForRole: { RoleName: 'one' },
    ListInstanceProfileTags: { InstanceProfileName: 'one' },
    ListOpenIDConnectProviderTags: { OpenIDConnectProviderArn: providerArn },
    ListUserPolicies: { UserName: 'one' },
    ListUserTags: { UserName: 'one' },
    ListEntitiesForPolicy: { PolicyArn: policyArn },
    ListPolicyTags: { PolicyArn: policyArn },
    ListPolicyVersions: { PolicyArn: policyArn },
    ListRolePolicies: { RoleName: 'listed' },
    ListRoleTags: { RoleName: 'listed' },
    ListSecretVersionIds: { SecretId: 'one' },
    SimulateCustomPolicy: { PolicyInputList: [ALLOW], ActionNames: actions },
    SimulatePrincipalPolicy: { PolicySourceArn: `arn:aws:iam::${emulator.accountId}:role/listed`, ActionNames: actions },
    BatchGetSecretValue: { Filters: [{ Key: 'name', Values: ['!nowhere'] }] },
  };
});
afterAll(async () => {
  await emulator.stop();
  await rm(directory, { recursive: true, force: true });
});

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const ALLOW = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
const TRUST = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}';

/** Users, groups and what else IAM lists. Answers the ARN of an identity provider with tags. */
async function fillIam(names: readonly string[], policyArn: string): Promise<string> {
  const send = (command: object) => (clients.iam as unknown as Sender).send(command);
  const Tags = names.map((name) => ({ Key: name.padEnd(128, 'x'), Value: name }));
  for (const name of names) {
    await send(new iam.CreateUserCommand({ UserName: name, Tags }));
    await send(new iam.CreateGroupCommand({ GroupName: name }));
    await send(new iam.CreateInstanceProfileCommand({ InstanceProfileName: name, Tags }));
    await send(new iam.AddRoleToInstanceProfileCommand({ InstanceProfileName: name, RoleName: 'one' }));
  }
  for (const name of names) {
    await send(new iam.AddUserToGroupCommand({ UserName: 'one', GroupName: name }));
    await send(new iam.AddUserToGroupCommand({ UserName: name, GroupName: 'one' }));
    await send(new iam.PutUserPolicyCommand({ UserName: 'one', PolicyName: name, PolicyDocument: ALLOW }));
    await send(new iam.PutGroupPolicyCommand({ GroupName: 'one', PolicyName: name, PolicyDocument: ALLOW }));
  }
  for (const PolicyArn of [policyArn, 'arn:aws:iam::aws:policy/AdministratorAccess']) {
    await send(new iam.AttachUserPolicyCommand({ UserName: 'one', PolicyArn }));
    await send(new iam.AttachGroupPolicyCommand({ GroupName: 'one', PolicyArn }));
  }
  for (let key = 0; key < 2; key++) await send(new iam.CreateAccessKeyCommand({ UserName: 'one' }));
  const provider = await send(new iam.CreateOpenIDConnectProviderCommand({ Url: 'https://issuer.example', Tags }));
  return provider['OpenIDConnectProviderArn'] as string;
}

function call(service: string, operation: string, input: Values, of = clients): Promise<Values> {
  const { commands, client } = CLIENTS[service]!;
  const Command = (commands as Record<string, new (given: Values) => unknown>)[`${operation}Command`]!;
  return (client(of) as Sender).send(new Command({ ...needs[operation], ...input }));
}

/** What is in the list that such an answer holds: it may have others, always empty. */
const itemsOf = (answer: Values) =>
  Object.values(answer)
    .filter((value) => Array.isArray(value))
    .flat() as unknown[];

test('every service that has lists is looked at here', () => {
  expect([...new Set(listed.map(({ service }) => service))].toSorted()).toEqual(Object.keys(CLIENTS).toSorted());
  expect(listed.length).toBeGreaterThanOrEqual(14);
});

describe.each(listed)('$service:$name', ({ service, name, tokenName, sizeName, max }) => {
  test('gives everything once in pages of one, and takes its token in a longer page', async () => {
    const whole = itemsOf(await call(service, name, {}));
    expect(whole.length).toBeGreaterThanOrEqual(2);
    const paged: unknown[] = [];
    let token: unknown;
    let second: unknown;
    do {
      const page = await call(service, name, { [sizeName]: 1, ...(token === undefined ? {} : { [tokenName]: token }) });
      expect(itemsOf(page).length).toBeLessThanOrEqual(1);
      paged.push(...itemsOf(page));
      token = page[tokenName];
      second ??= token;
    } while (token !== undefined);
    expect(paged).toEqual(whole);
    const rest = await call(service, name, { [sizeName]: max, [tokenName]: second });
    expect(itemsOf(rest)).toEqual(whole.slice(1));
  });

  test('refuses a page of none, one that is too long, and a token that was changed, made up or made elsewhere', async () => {
    const refusal = REFUSALS[service]!;
    for (const size of [0, max + 1])
      expect((await failureOf(call(service, name, { [sizeName]: size }))).name).toMatch(
        /^(Validation(Error|Exception)|InvalidParameterException)$/,
      );
    const token = (await call(service, name, { [sizeName]: 1 }))[tokenName] as string;
    // It says nothing: neither as it is nor decoded.
    expect(Buffer.from(token, 'base64url').toString('latin1')).not.toMatch(/three|listed/);
    const changed = `${token.slice(0, 10)}${token[10] === 'A' ? 'B' : 'A'}${token.slice(11)}`;
    const other = listed.find((one) => one.service === service && one.name !== name);
    const foreign = other && (await call(service, other.name, { [other.sizeName]: 1 }))[other.tokenName];
    const madeUp = Buffer.from(JSON.stringify(['iam-role', 'a'])).toString('base64url');
    for (const bad of [changed, `${token}A`, madeUp, foreign ?? 'AAAA'])
      expect((await failureOf(call(service, name, { [sizeName]: 1, [tokenName]: bad }))).name).toBe(refusal);
  });
});

test('a token of one filter is not taken for another, nor that of one region in another', async () => {
  const filter = (value: string) => ({ Filters: [{ Key: 'name', Values: [value] }] });
  const { NextToken } = await call('secretsmanager', 'ListSecrets', { MaxResults: 1, ...filter('!four') });
  expect(NextToken).toBeTypeOf('string');
  await call('secretsmanager', 'ListSecrets', { NextToken, ...filter('!four') });
  expect((await failureOf(call('secretsmanager', 'ListSecrets', { NextToken, ...filter('one') }))).name).toBe('InvalidNextTokenException');

  const { nextToken } = await call('ecr', 'DescribeRepositories', { maxResults: 1 });
  const elsewhere = clientsOf({ ...emulator, region: 'eu-west-1' });
  expect((await failureOf(call('ecr', 'DescribeRepositories', { nextToken }, elsewhere))).name).toBe('InvalidParameterException');
});

test('a token is as good after a restart', async () => {
  const { Marker } = await call('iam', 'ListRoles', { MaxItems: 1 });
  const { nextToken } = await call('bedrock-agentcore-control', 'ListWorkloadIdentities', { maxResults: 1 });
  await emulator.stop();
  emulator = await startEmulator({ isolation: 'none', dataDirectory: directory, stateDelayMs: 0 });
  clients = clientsOf(emulator);
  expect(itemsOf(await call('iam', 'ListRoles', { Marker }))).toEqual(itemsOf(await call('iam', 'ListRoles', {})).slice(1));
  const rest = itemsOf(await call('bedrock-agentcore-control', 'ListWorkloadIdentities', { nextToken }));
  expect(rest).toEqual(itemsOf(await call('bedrock-agentcore-control', 'ListWorkloadIdentities', {})).slice(1));
});
