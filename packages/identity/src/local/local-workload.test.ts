import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runWithContext } from '../index.ts';
import { loopbackAws, type LoopbackAws } from '../test/loopback-aws.ts';

const CREATE = '/identities/CreateWorkloadIdentity';
const FOR_USER = '/identities/GetWorkloadAccessTokenForUserId';
const API_KEY = '/identities/api-key';

let directory: string;
let aws: LoopbackAws;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'identity-local-'));
  vi.spyOn(process, 'cwd').mockReturnValue(directory);
  vi.stubEnv('DOCKER_CONTAINER', undefined);
  aws = await loopbackAws();
  aws.on(CREATE, ({ name }) => ({
    name,
    workloadIdentityArn: `arn:aws:bedrock-agentcore:us-west-2:123456789012:workload-identity-directory/default/workload-identity/${String(name)}`,
  }));
  aws.on(FOR_USER, ({ workloadName, userId }) => ({ workloadAccessToken: `wat of ${String(workloadName)} for ${String(userId)}` }));
  aws.on(API_KEY, ({ workloadIdentityToken }) => ({ apiKey: `key for ${String(workloadIdentityToken)}` }));
});

afterEach(async () => {
  await aws[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const path = (): string => join(directory, '.agentcore.json');
const file = async (): Promise<Record<string, string>> => JSON.parse(await readFile(path(), 'utf8')) as Record<string, string>;
const getKey = (): Promise<string> => aws.client().getApiKey({ providerName: 'openai' });

describe('where the workload access token comes from', () => {
  test('case 71: the one of the request context is used, and nothing else is asked or written', async () => {
    await expect(runWithContext({ workloadAccessToken: 'wat-of-the-request' }, getKey)).resolves.toBe('key for wat-of-the-request');
    expect(aws.requests.map((request) => request.path)).toEqual([API_KEY]);
    expect(await readdir(directory)).toEqual([]);
  });

  test('case 71: an explicit token wins over the context', async () => {
    const key = runWithContext({ workloadAccessToken: 'other' }, () =>
      aws.client().getApiKey({ providerName: 'openai', workloadIdentityToken: 'mine' }),
    );
    await expect(key).resolves.toBe('key for mine');
  });

  test('case 72: in a container, a request without one is an error that names the header to set', async () => {
    vi.stubEnv('DOCKER_CONTAINER', '1');
    await expect(runWithContext({}, getKey)).rejects.toMatchObject({
      code: 'NO_WORKLOAD_TOKEN',
      message: /WorkloadAccessToken.*X-Amzn-Bedrock-AgentCore-Runtime-User-Id/,
    });
    expect(aws.requests).toEqual([]);
    expect(await readdir(directory)).toEqual([]);
  });

  test('case 72: in a container, outside of a request, the error says where to ask instead', async () => {
    vi.stubEnv('DOCKER_CONTAINER', '1');
    await expect(getKey()).rejects.toMatchObject({ code: 'NO_WORKLOAD_TOKEN', message: /inside the handler.*runWithContext/ });
  });

  test('case 73: without a file a workload identity and a user are made and remembered', async () => {
    const key = await getKey();
    const { workload_identity_name: name, user_id: userId } = await file();
    expect(name).toMatch(/^workload-[0-9a-f]{8}$/);
    expect(key).toBe(`key for wat of ${name} for ${userId}`);
    expect(aws.bodies(CREATE)).toEqual([{ name }]);
    await expect(getKey()).resolves.toBe(key);
    expect(aws.bodies(CREATE)).toHaveLength(1);
    expect(await readdir(directory)).toEqual(['.agentcore.json']);
  });

  test('case 74: with a complete file nothing is created and the file is not touched', async () => {
    const text = '{"workload_identity_name":"mine.agent","user_id":"ada"}';
    await writeFile(path(), text);
    await expect(getKey()).resolves.toBe('key for wat of mine.agent for ada');
    expect(aws.bodies(CREATE)).toEqual([]);
    expect(await readFile(path(), 'utf8')).toBe(text);
  });

  test('case 74: what is missing in the file is added, and other keys are kept', async () => {
    await writeFile(path(), JSON.stringify({ workload_identity_name: 'mine.agent', theme: { dark: true } }));
    await getKey();
    expect(aws.bodies(CREATE)).toEqual([]);
    expect(await file()).toEqual({ workload_identity_name: 'mine.agent', theme: { dark: true }, user_id: expect.stringMatching(/^user-/) });
  });

  test('an identity that the file names and AWS has not is made under that name', async () => {
    await writeFile(path(), JSON.stringify({ workload_identity_name: 'mine.agent', user_id: 'ada' }));
    let there = false;
    aws.on(CREATE, ({ name }) => ((there = true), { name }));
    aws.on(FOR_USER, () =>
      there
        ? { workloadAccessToken: 'wat' }
        : { errorType: 'ResourceNotFoundException', status: 404, message: 'WorkloadIdentity not found' },
    );
    await expect(getKey()).resolves.toBe('key for wat');
    expect(aws.bodies(CREATE)).toEqual([{ name: 'mine.agent' }]);
  });

  test('twenty calls at once make one identity', async () => {
    const client = aws.client();
    const keys = await Promise.all(Array.from({ length: 20 }, () => client.getApiKey({ providerName: 'openai' })));
    expect(new Set(keys).size).toBe(1);
    expect(aws.requests.map((request) => request.path)).toEqual([CREATE, FOR_USER, API_KEY]);
  });

  test.each([
    ['not JSON', '{', /is not JSON/],
    ['a list', '[]', /must hold a JSON object/],
    ['a name that AWS refuses', '{"workload_identity_name":"a b"}', /"workload_identity_name" in .* must be 3 to 255/],
    ['a user that is a number', '{"workload_identity_name":"abc","user_id":7}', /"user_id" in .* must be 1 to 128/],
  ])('a file that is %s is refused with its path and left as it is', async (_name, text, message) => {
    await writeFile(path(), text);
    await expect(getKey()).rejects.toMatchObject({ code: 'INVALID_LOCAL_CONFIG', message });
    await expect(getKey()).rejects.toThrow(path());
    expect(aws.requests).toEqual([]);
    expect(await readFile(path(), 'utf8')).toBe(text);
  });
});
