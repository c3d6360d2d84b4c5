import { expect, test } from 'vitest';
import { connect } from '../aws/connect.ts';
import { invocationUrl } from './invocation-url.ts';

const agentRuntimeArn = 'arn:aws-cn:bedrock-agentcore:eu-west-1:111122223333:runtime/a-0123456789';
const path = `/runtimes/${encodeURIComponent(agentRuntimeArn)}/invocations`;
const aws = { credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' } };

test('is where the SDK would send the invocation: at your endpoint, for that qualifier', async () => {
  const clients = await connect({ region: 'eu-west-1', aws: { ...aws, endpoint: 'http://127.0.0.1:4580' } });
  expect(await invocationUrl({ clients, agentRuntimeArn })).toBe(`http://127.0.0.1:4580${path}?qualifier=DEFAULT`);
  expect(await invocationUrl({ clients, agentRuntimeArn }, { qualifier: 'a b' })).toBe(`http://127.0.0.1:4580${path}?qualifier=a+b`);
});

test('is in the region of the agent, or in another partition', async () => {
  const hosts = ['eu-west-1', 'cn-north-1'].map(async (region) => {
    const url = await invocationUrl({ clients: await connect({ region, aws }), agentRuntimeArn });
    return new URL(url).host;
  });
  expect(await Promise.all(hosts)).toEqual(['bedrock-agentcore.eu-west-1.amazonaws.com', 'bedrock-agentcore.cn-north-1.amazonaws.com.cn']);
});
