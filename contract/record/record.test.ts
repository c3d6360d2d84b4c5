// Recording and replaying, with the emulator as the account.
import { startEmulator, type Emulator } from '@agentcore-tutorials/emulator';
import { GetResourceApiKeyCommand, GetWorkloadAccessTokenCommand } from '@aws-sdk/client-bedrock-agentcore';
import {
  CreateApiKeyCredentialProviderCommand,
  CreateWorkloadIdentityCommand,
  GetApiKeyCredentialProviderCommand,
  ListApiKeyCredentialProvidersCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { CreateRoleCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import { CreateSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientsOf, type Clients } from '../clients.ts';
import { compareRecordings } from './compare.ts';
import { createRecorder } from './create-recorder.ts';
import { createMask } from './mask.ts';
import { readRecording, writeRecording, type Recording } from './recording.ts';

const SECRET = 'sk-"quoted" and/long';
let emulator: Emulator;
let first: Recorded;
let tampered: Recorded;
beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  first = await record('aaaa1111');
  tampered = await record('bbbb1111', (operation, answer) => CHANGES[operation]?.(answer) ?? answer);
});
afterAll(() => emulator.stop());

interface Recorded {
  text: string;
  /** What the account told that may not be in it. */
  told: string[];
}

type Tamper = (operation: string, answer: Record<string, unknown>) => unknown;

/** What an emulator would do that is not as the account is. */
const CHANGES: Readonly<Record<string, (answer: Record<string, unknown>) => unknown>> = {
  GetApiKeyCredentialProvider: (answer) => ({ ...answer, apiKeySecretSource: undefined, more: '' }),
  CreateWorkloadIdentity: (answer) => ({ ...answer, workloadIdentityArn: 'arn:aws:other' }),
  CreateSecret: (answer) => ({ ...answer, VersionId: 1 }),
  ListApiKeyCredentialProviders: (answer) => ({ ...answer, credentialProviders: (answer['credentialProviders'] as object[]).toReversed() }),
  GetWorkloadAccessToken() {
    throw Object.assign(new Error('no'), { name: 'ValidationException', $metadata: {} });
  },
};

const untouched: Tamper = (_, answer) => answer;

async function record(runId: string, tamper?: Tamper): Promise<Recorded> {
  const { endpoint, region, accountId, accessKeyId, secretAccessKey } = emulator;
  const told = [accountId, accessKeyId, secretAccessKey, SECRET, JSON.stringify(SECRET).slice(1, -1), encodeURIComponent(SECRET), runId];
  const watched = createRecorder({ key: runId, runId, accountId, region }, () => 'a test');
  const recorder: typeof watched = {
    ...watched,
    watch(clients, services, caller) {
      for (const client of Object.values(clients) as { send(command: object): Promise<Record<string, unknown>> }[]) {
        const send = client.send.bind(client);
        client.send = async (command) => {
          const answer = await send(command);
          told.push(...idsIn(answer));
          return (tamper ?? untouched)(command.constructor.name.replace(/Command$/, ''), answer) as Record<string, unknown>;
        };
      }
      return watched.watch(clients, services, caller);
    },
  };
  const target = { region, connection: { endpoint, credentials: { accessKeyId, secretAccessKey } }, recorder };
  await scenario(clientsOf(target), (credentials) => clientsOf(target, credentials), runId).catch((error: unknown) => {
    if (!tamper) throw error;
  });
  return { text: writeRecording({ format: 1, target: 'emulator', recordedOn: '2026-01-02', calls: watched.calls() }), told };
}

/** A bit of everything: ids, documents, secrets, denials, somebody else's session, and a list. */
async function scenario(
  clients: Clients,
  as: (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string }) => Clients,
  runId: string,
) {
  const { control, data, iam, secrets, sts } = clients;
  const name = `ct-${runId}-one`;
  const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: `arn:aws:iam::${emulator.accountId}:root` } };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument, Description: `the key will be ${SECRET}` }),
  );
  await iam.send(new GetRoleCommand({ RoleName: name }));
  await iam.send(new GetRoleCommand({ RoleName: `${name}-none` })).catch(() => undefined);
  const { Credentials: given } = await sts.send(new AssumeRoleCommand({ RoleArn: Role!.Arn, RoleSessionName: 'contract' }));
  const session = as({ accessKeyId: given!.AccessKeyId!, secretAccessKey: given!.SecretAccessKey!, sessionToken: given!.SessionToken! });
  await sts.send(new GetCallerIdentityCommand({}));
  await session.sts.send(new GetCallerIdentityCommand({}));
  await session.iam.send(new GetRoleCommand({ RoleName: name })).catch(() => undefined);
  const SecretString = JSON.stringify({ key: SECRET });
  await secrets.send(new CreateSecretCommand({ Name: name, SecretString, Description: `no place for ${SECRET}` }));
  await secrets.send(new GetSecretValueCommand({ SecretId: name }));
  for (const which of [name, `ct-${runId}-two`])
    await control.send(new CreateApiKeyCredentialProviderCommand({ name: which, apiKey: SECRET }));
  await control.send(new GetApiKeyCredentialProviderCommand({ name }));
  await control.send(new ListApiKeyCredentialProvidersCommand({}));
  await control.send(new CreateWorkloadIdentityCommand({ name }));
  const { workloadAccessToken } = await data.send(new GetWorkloadAccessTokenCommand({ workloadName: name }));
  await data.send(new GetResourceApiKeyCommand({ workloadIdentityToken: workloadAccessToken, resourceCredentialProviderName: name }));
}

/** Everything in an answer that says which thing it was: what is random in it. */
function idsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => {
    if (typeof item !== 'string') return idsIn(item);
    if (/^(?:AccessKeyId|SecretAccessKey|SessionToken|workloadAccessToken|VersionId|RoleId|Account|requestId)$/.test(name)) return [item];
    return /arn$/i.test(name) ? [/-([A-Za-z0-9]{6})$/.exec(item)?.[1] ?? []].flat() : [];
  });
}

const parse = (text: string): Recording => readRecording(text);

describe('a recording', () => {
  test('holds no secret, no account, no id and no session, and says the same of the same', () => {
    const { text, told } = first;
    expect(told.length).toBeGreaterThan(12);
    expect(told.filter((secret) => text.includes(secret))).toEqual([]);
    const { calls } = parse(text);
    const of = (operation: string) => calls.filter((call) => call.operation === operation);
    expect(of('secretsmanager:CreateSecret')[0]!.input).toMatchObject({ SecretString: '<secret>', Description: 'no place for <secret>' });
    expect(of('iam:CreateRole')[0]!.input).toMatchObject({ Description: 'the key will be <secret>' });
    const role = (index: number) =>
      (of(index === 0 ? 'iam:CreateRole' : 'iam:GetRole')[0]!.response as { Role: { RoleId: string } }).Role.RoleId;
    expect(role(0)).toMatch(/^AROA<id-\d+>$/);
    expect(role(1)).toBe(role(0));
    expect(of('sts:GetCallerIdentity').map(({ caller }) => caller)).toEqual(['own', 'session']);
    expect(of('iam:GetRole').at(-1)!.error).toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('assumed-role/ct-<run>-one/'),
    });
  });

  test('is masked in the same way whatever the key of its placeholders', () => {
    const { accountId, region } = emulator;
    for (let seed = 0; seed < 200; seed += 1) {
      const { text } = createMask({ key: String(seed), runId: 'aaaa1111', accountId, region });
      const arn = `arn:aws:secretsmanager:${region}:${accountId}:secret:ct-aaaa1111-one-AbCd12`;
      expect(text(arn)).toMatch(/^arn:aws:secretsmanager:<region>:<account:[g-v]{16}>:secret:ct-<run>-one-<id:[g-v]{16}>$/);
    }
  });

  test('is what the emulator answers again, in another run', async () => {
    const second = await record('cccc1111');
    expect(compareRecordings(parse(first.text), parse(second.text))).toEqual([]);
  });

  test.each([
    ['a member less', /apiKeySecretSource is in the recording, but not here/],
    ['a member more', /response.more is here, but not in the recording/],
    ['another format', /workloadIdentityArn looks like .*, like 'arn:aws:other' here/],
    ['another type', /VersionId is a string in the recording, a number here/],
    ['another order', /is in the order ct-<run>-one, ct-<run>-two in the recording/],
    ['an error', /GetWorkloadAccessToken in 'a test': succeeded in the recording, ValidationException here: no/],
  ])('finds %s', (_, difference) => {
    expect(compareRecordings(parse(first.text), parse(tampered.text))).toContainEqual(expect.stringMatching(difference));
  });

  test('of which an error has another name, status or text: each is found', () => {
    const recorded = parse(first.text);
    const altered = (change: object): Recording => ({
      ...recorded,
      calls: recorded.calls.map((call) => (call.error ? { ...call, ...change, error: { ...call.error, ...change } } : call)),
    });
    const found = (change: object) => compareRecordings(recorded, altered(change));
    expect(found({ name: 'Other' })).toContainEqual(
      expect.stringContaining("the name of the error is 'NoSuchEntityException' in the recording, 'Other' here"),
    );
    expect(found({ message: 'Other' })).toContainEqual(expect.stringContaining("'Other' here"));
    expect(found({ status: 418 })).toContainEqual(expect.stringContaining("the status is '404' in the recording, '418' here"));
    expect(compareRecordings(recorded, { ...recorded, calls: [] })).toContainEqual(
      expect.stringContaining('was recorded, but nobody called it here'),
    );
  });

  test('that is none is refused', () => {
    for (const text of ['{', '{}', '{"format":2,"calls":[]}'])
      expect(() => readRecording(text)).toThrow('This is no recording of the contract');
  });
});
