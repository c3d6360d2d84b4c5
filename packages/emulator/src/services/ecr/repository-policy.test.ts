import { CreateAgentRuntimeCommand, GetAgentRuntimeCommand } from '@aws-sdk/client-bedrock-agentcore-control';
import * as commands from '@aws-sdk/client-ecr';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../start-emulator.ts';
import { clientsOf, failureOf } from '../../test/clients.ts';
import { pushRuntime } from '../../test/push-runtime.ts';
import { assume, makeRole } from '../../test/role-fixture.ts';

const OTHER = '444455556666';
const repositoryName = 'shared';

let emulator: Emulator;
let mine: ReturnType<typeof clientsOf>;
let theirs: ReturnType<typeof clientsOf>;
let containerUri: string;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  mine = clientsOf(emulator);
  const response = await fetch(`${emulator.endpoint}/_emulator/accounts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${emulator.adminToken}` },
    body: JSON.stringify({ accountId: OTHER }),
  });
  theirs = clientsOf({ ...emulator, ...((await response.json()) as object) });
  const source = `import { createServer } from 'node:http'; createServer((q, r) => r.end(q.url === '/ping' ? '{"status":"Healthy"}' : 'shared')).listen(8080)`;
  ({ containerUri } = await pushRuntime(mine, repositoryName, source));
});
afterAll(() => emulator.stop());
beforeEach(() => mine.ecr.send(new commands.DeleteRepositoryPolicyCommand({ repositoryName })).catch(() => undefined));

const registryId = () => emulator.accountId;
const text = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const allow = (Action: string | string[], more: object = {}) => ({ Effect: 'Allow', Principal: { AWS: OTHER }, Action, ...more });
const set = (policyText: string, input: object = {}) =>
  mine.ecr.send(new commands.SetRepositoryPolicyCommand({ repositoryName, policyText, ...input }));
const PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

describe('the policy of a repository', () => {
  test('is read back as it was set, replaced, deleted, and gone with its repository', async () => {
    const get = (name = repositoryName) => mine.ecr.send(new commands.GetRepositoryPolicyCommand({ repositoryName: name }));
    const missing = {
      name: 'RepositoryPolicyNotFoundException',
      message: `Repository policy does not exist for the repository with name 'shared' in the registry with id '${registryId()}'`,
    };
    expect(await failureOf(get())).toMatchObject(missing);
    const first = text(allow(PULL));
    expect(await set(first)).toMatchObject({ registryId: registryId(), repositoryName, policyText: first });
    const second = `${text(allow('ecr:DescribeImages'))} `;
    await set(second);
    expect((await get()).policyText).toBe(second);
    expect((await mine.ecr.send(new commands.DeleteRepositoryPolicyCommand({ repositoryName }))).policyText).toBe(second);
    expect(await failureOf(mine.ecr.send(new commands.DeleteRepositoryPolicyCommand({ repositoryName })))).toMatchObject(missing);

    await mine.ecr.send(new commands.CreateRepositoryCommand({ repositoryName: 'again' }));
    await mine.ecr.send(new commands.SetRepositoryPolicyCommand({ repositoryName: 'again', policyText: first }));
    await mine.ecr.send(new commands.DeleteRepositoryCommand({ repositoryName: 'again' }));
    expect(await failureOf(get('again'))).toMatchObject({ name: 'RepositoryNotFoundException' });
    await mine.ecr.send(new commands.CreateRepositoryCommand({ repositoryName: 'again' }));
    expect(await failureOf(get('again'))).toMatchObject({ name: 'RepositoryPolicyNotFoundException' });
  });

  test.each([
    ['is no JSON', '{', /Invalid repository policy provided/],
    ['names a resource', text(allow(PULL, { Resource: '*' })), /Has prohibited field Resource/],
    ['names nobody', text({ Effect: 'Allow', Action: PULL }), /Missing required field Principal/],
  ])('is refused when it %s, and the one before stays', async (_, policyText, message) => {
    const before = text(allow(PULL));
    await set(before);
    expect(await failureOf(set(policyText))).toMatchObject({ name: 'InvalidParameterException', message: expect.stringMatching(message) });
    expect((await mine.ecr.send(new commands.GetRepositoryPolicyCommand({ repositoryName }))).policyText).toBe(before);
  });

  test('that keeps whoever sets it from setting another one needs force', async () => {
    const role = await makeRole(mine, 'keeper', { AWS: emulator.accountId }, { Effect: 'Allow', Action: 'ecr:*', Resource: '*' });
    const keeper = await assume(emulator, role);
    const policyText = text({ Effect: 'Deny', Principal: { AWS: role }, Action: 'ecr:SetRepositoryPolicy' });
    const lock = (force: boolean) => keeper.ecr.send(new commands.SetRepositoryPolicyCommand({ repositoryName, policyText, force }));
    expect(await failureOf(lock(false))).toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining('Use force'),
    });
    await lock(true);
    expect(await failureOf(lock(true))).toMatchObject({ name: 'AccessDeniedException', message: expect.stringContaining('explicit deny') });
  });
});

describe('another account', () => {
  const ids = { imageIds: [{ imageTag: 'latest' }] };
  const pull = (clients = theirs) =>
    clients.ecr.send(new commands.BatchGetImageCommand({ registryId: registryId(), repositoryName, ...ids }));

  test('reaches a repository as far as its policy goes, where its own policies go as far', async () => {
    expect(await failureOf(pull())).toMatchObject({ name: 'AccessDeniedException' });
    await set(text(allow(PULL)));
    expect((await pull()).images).toHaveLength(1);
    const images = new commands.DescribeImagesCommand({ registryId: registryId(), repositoryName });
    expect((await failureOf(theirs.ecr.send(images))).message).toMatch(
      /ecr:DescribeImages on resource: .*repository\/shared because no resource-based/,
    );
    expect(await failureOf(theirs.ecr.send(new commands.DescribeRepositoriesCommand({ registryId: registryId() })))).toMatchObject({
      name: 'AccessDeniedException',
    });

    const powerless = await makeRole(theirs, 'powerless', { AWS: OTHER });
    const { Credentials: given } = await theirs.sts.send(new AssumeRoleCommand({ RoleArn: powerless, RoleSessionName: 'test' }));
    const session = { accessKeyId: given!.AccessKeyId!, secretAccessKey: given!.SecretAccessKey!, sessionToken: given!.SessionToken! };
    expect((await failureOf(pull(clientsOf({ ...emulator, ...session })))).message).toContain('no identity-based policy allows');
  });

  test('pulls with a token for that registry, as container tools do', async () => {
    const manifest = async () => {
      const asked = new commands.GetAuthorizationTokenCommand({ registryIds: [registryId()] });
      const { authorizationToken } = (await theirs.ecr.send(asked)).authorizationData![0]!;
      const headers = { authorization: `Basic ${authorizationToken}`, accept: 'application/vnd.oci.image.manifest.v1+json' };
      return (await fetch(`${emulator.endpoint}/v2/${repositoryName}/manifests/latest`, { headers })).status;
    };
    expect(await manifest()).toBe(403);
    await set(text(allow(PULL)));
    expect(await manifest()).toBe(200);
  });

  test('runs an agent from an image there, with an execution role that may pull it', async () => {
    const trust = { Service: 'bedrock-agentcore.amazonaws.com' };
    const roleArn = await makeRole(theirs, 'runs', trust, {
      Effect: 'Allow',
      Action: ['ecr:GetAuthorizationToken', ...PULL],
      Resource: '*',
    });
    const create = () =>
      theirs.control.send(
        new CreateAgentRuntimeCommand({
          agentRuntimeName: 'borrowed',
          roleArn,
          agentRuntimeArtifact: { containerConfiguration: { containerUri } },
          networkConfiguration: { networkMode: 'PUBLIC' },
        }),
      );
    expect((await failureOf(create())).message).toContain('Access denied while validating ECR URI');
    await set(text(allow(PULL, { Principal: { AWS: roleArn } })));
    const { agentRuntimeId } = await create();
    await expect.poll(async () => (await theirs.control.send(new GetAgentRuntimeCommand({ agentRuntimeId }))).status).toBe('READY');
  });
});
