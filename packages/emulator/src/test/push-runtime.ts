import {
  CreateAgentRuntimeCommand,
  GetAgentRuntimeEndpointCommand,
  type CreateAgentRuntimeCommandInput,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { expect } from 'vitest';
import type { clientsOf } from './clients.ts';
import { pushAgent } from './push-agent.ts';
import { eventually } from './eventually.ts';

const policy = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });

/** An agent that is READY: with a role that may pull its image and write its logs. `name` is that of the role, the repository and the runtime. */
export async function pushRuntime(
  { iam, ecr, control }: Pick<ReturnType<typeof clientsOf>, 'iam' | 'ecr' | 'control'>,
  name: string,
  source: string,
  more: Partial<CreateAgentRuntimeCommandInput> = {},
  files: Record<string, string> = {},
): Promise<{ agentRuntimeArn: string; agentRuntimeId: string; containerUri: string }> {
  const { containerUri } = await pushAgent(ecr, { repository: name, files: { 'app/index.mjs': source, ...files } });
  const AssumeRolePolicyDocument = policy({ Principal: { Service: 'bedrock-agentcore.amazonaws.com' }, Action: 'sts:AssumeRole' });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument }));
  const PolicyDocument = policy({ Action: ['ecr:*', 'logs:*'], Resource: '*' });
  await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'base', PolicyDocument }));
  const { agentRuntimeArn = '', agentRuntimeId = '' } = await control.send(
    new CreateAgentRuntimeCommand({
      agentRuntimeName: name,
      roleArn: Role!.Arn,
      agentRuntimeArtifact: { containerConfiguration: { containerUri } },
      networkConfiguration: { networkMode: 'PUBLIC' },
      ...more,
    }),
  );
  const endpoint = new GetAgentRuntimeEndpointCommand({ agentRuntimeId, endpointName: 'DEFAULT' });
  await eventually(async () => expect((await control.send(endpoint)).status).toBe('READY'));
  return { agentRuntimeArn, agentRuntimeId, containerUri };
}
