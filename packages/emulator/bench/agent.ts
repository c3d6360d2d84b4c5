import { clientsOf } from '../src/test/clients.ts';
import { pushAgent } from '../src/test/push-agent.ts';
import { CreateAgentRuntimeCommand, GetAgentRuntimeCommand } from '@aws-sdk/client-bedrock-agentcore-control';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';

/** The least agent there can be: what is measured around it is the platform. */
export const AGENT = `
import http from 'node:http';
const answer = '{"ok":true}';
const server = http.createServer((request, response) => {
  request.resume();
  request.once('end', () => response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length }).end(answer));
}).listen(8080, '127.0.0.1', () => console.log(JSON.stringify({ endpoint: 'http://127.0.0.1:' + server.address().port })));
process.once('SIGTERM', () => process.exit(0));
`;

/** Pushes the agent and waits until its runtime is READY; answers the runtime's ARN. */
export async function deployAgent(clients: ReturnType<typeof clientsOf>): Promise<string> {
  const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
  const { containerUri } = await pushAgent(clients.ecr, { repository: 'bench/agent', files: { 'app/index.mjs': AGENT } });
  const RoleName = 'bench-BedrockAgentCore';
  const { Role } = await clients.iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: document({ Principal: { Service: 'bedrock-agentcore.amazonaws.com' }, Action: 'sts:AssumeRole' }),
    }),
  );
  await clients.iam.send(
    new PutRolePolicyCommand({ RoleName, PolicyName: 'pull', PolicyDocument: document({ Action: 'ecr:*', Resource: '*' }) }),
  );
  const { agentRuntimeId, agentRuntimeArn } = await clients.control.send(
    new CreateAgentRuntimeCommand({
      agentRuntimeName: 'bench',
      roleArn: Role!.Arn!,
      networkConfiguration: { networkMode: 'PUBLIC' },
      agentRuntimeArtifact: { containerConfiguration: { containerUri } },
    }),
  );
  for (;;) {
    const { status, failureReason } = await clients.control.send(new GetAgentRuntimeCommand({ agentRuntimeId }));
    if (status === 'READY') return agentRuntimeArn!;
    if (status !== 'CREATING') throw new Error(failureReason);
  }
}
