import {
  CreateAgentRuntimeCommand,
  DeleteAgentRuntimeCommand,
  GetAgentRuntimeEndpointCommand,
  type AuthorizerConfiguration,
  type CreateAgentRuntimeCommandOutput,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { CreateRepositoryCommand, DeleteRepositoryCommand } from '@aws-sdk/client-ecr';
import { pushImage } from './push-image.ts';
import type { contractSuite } from './suite.ts';
import { until } from './until.ts';

type Suite = ReturnType<typeof contractSuite>;

/** What a runtime takes to start on AWS, and to get another version. */
export const LONG = { seconds: 600 };

/** Pushes an agent that is one file, as the emulator runs it: it needs nothing but Node. Returns the URI of its image. */
export async function pushAgent({ clients: { ecr }, name, tagList, undo }: Suite, what: string, content: string): Promise<string> {
  const repositoryName = name(what);
  const { repository } = await ecr.send(new CreateRepositoryCommand({ repositoryName, tags: tagList }));
  undo(() => ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true })));
  const image = { repositoryName, imageTag: 'v1', file: 'agent.mjs', content, entrypoint: ['node', '/agent.mjs'] };
  return `${repository!.repositoryUri}@${(await pushImage(ecr, image)).imageDigest}`;
}

/** An execution role that may pull images and write logs. */
export async function executionRole(suite: Suite, what: string): Promise<string> {
  const policy = {
    Effect: 'Allow',
    Action: ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'logs:*'],
    Resource: '*',
  };
  return (await suite.role(what, { trust: { Service: 'bedrock-agentcore.amazonaws.com' }, policy: [policy] })).arn;
}

interface RuntimeOptions {
  roleArn: string;
  containerUri: string;
  authorizerConfiguration?: AuthorizerConfiguration;
}

/** A runtime of this run, whose DEFAULT endpoint serves its first version. */
export async function makeRuntime(suite: Suite, what: string, options: RuntimeOptions): Promise<CreateAgentRuntimeCommandOutput> {
  const { containerUri, ...rest } = options;
  const { control } = suite.clients;
  const command = new CreateAgentRuntimeCommand({
    agentRuntimeName: suite.runtimeName(what),
    agentRuntimeArtifact: { containerConfiguration: { containerUri } },
    networkConfiguration: { networkMode: 'PUBLIC' },
    tags: suite.tags,
    ...rest,
  });
  // A role can be assumed some seconds after it was made.
  const created = await until(() => control.send(command));
  suite.undo(() => control.send(new DeleteAgentRuntimeCommand({ agentRuntimeId: created.agentRuntimeId })));
  await untilServed(suite, { agentRuntimeId: created.agentRuntimeId!, endpointName: 'DEFAULT', version: '1' });
  return created;
}

/** Waits for a version to be what an endpoint serves. */
export async function untilServed(
  { clients: { control } }: Suite,
  { version, ...which }: { agentRuntimeId: string; endpointName: string; version: string },
): Promise<void> {
  await until(async () => {
    const { status, liveVersion, failureReason } = await control.send(new GetAgentRuntimeEndpointCommand(which));
    if (status !== 'READY' || liveVersion !== version)
      throw new Error(`${which.endpointName} is ${status} with ${liveVersion}: ${failureReason}`);
  }, LONG);
}
