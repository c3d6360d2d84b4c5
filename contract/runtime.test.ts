/**
 * AgentCore Runtime, the control plane: runtimes, versions, endpoints.
 *
 * Sources: the API reference of bedrock-agentcore-control (CreateAgentRuntime, GetAgentRuntime, UpdateAgentRuntime, CreateAgentRuntimeEndpoint,
 * ListAgentRuntimeVersions, ListAgentRuntimeEndpoints, DeleteAgentRuntime), the developer guide, "AgentCore Runtime versioning and endpoints".
 * Not documented: the message when the role may not pull the image (seen in awslabs/amazon-bedrock-agentcore-samples#154), whether a list of endpoints
 * of a runtime that does not exist is an error, and how long states take. What needs a runtime runs where there is an image: see invoke.test.ts.
 */
import { InvokeAgentRuntimeCommand } from '@aws-sdk/client-bedrock-agentcore';
import {
  CreateAgentRuntimeCommand,
  GetAgentRuntimeCommand,
  ListAgentRuntimesCommand,
  ListAgentRuntimeVersionsCommand,
  UpdateAgentRuntimeCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { CreateRepositoryCommand, DeleteRepositoryCommand } from '@aws-sdk/client-ecr';
import { expect } from 'vitest';
import { pushImage } from './push-image.ts';
import { apiReference, believed, recorded, reported } from './source.ts';
import { contractSuite, failureOf, test } from './suite.ts';
import { until } from './until.ts';

const suite = contractSuite();
const { control, data, ecr } = suite.clients;
const networkConfiguration = { networkMode: 'PUBLIC' } as const;
const nowhere = `${suite.accountId}.dkr.ecr.${suite.region}.amazonaws.com/${suite.name('nowhere')}:v1`;
const artifact = (containerUri: string) => ({ containerConfiguration: { containerUri } });
const missingRole = `arn:aws:iam::${suite.accountId}:role/${suite.name('nobody')}`;

test({
  about: ['bedrock-agentcore-control:CreateAgentRuntime'],
  source: apiReference('bedrock-agentcore-control:CreateAgentRuntime'),
}).each([
  [
    '1digit',
    "at 'agentRuntimeName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][a-zA-Z0-9_]{0,47}",
  ],
  ['with-hyphen', "at 'agentRuntimeName' failed to satisfy constraint"],
])('CreateAgentRuntime with the name %s: ValidationException', async (agentRuntimeName, text) => {
  const failure = await failureOf(
    control.send(
      new CreateAgentRuntimeCommand({
        agentRuntimeName,
        roleArn: missingRole,
        agentRuntimeArtifact: artifact(nowhere),
        networkConfiguration,
      }),
    ),
  );
  expect(failure).toMatchObject({ name: 'ValidationException', status: 400 });
  expect(failure.message).toContain(text);
});

test({
  about: ['bedrock-agentcore-control:CreateAgentRuntime'],
  source: believed('not documented which error: the model has two that could be meant'),
})('CreateAgentRuntime with a role that does not exist is refused', async () => {
  const failure = await failureOf(
    control.send(
      new CreateAgentRuntimeCommand({
        agentRuntimeName: suite.runtimeName('norole'),
        roleArn: missingRole,
        agentRuntimeArtifact: artifact(nowhere),
        networkConfiguration,
      }),
    ),
  );
  // Not documented which.
  expect(['ValidationException', 'AccessDeniedException']).toContain(failure.name);
});

test({
  about: ['bedrock-agentcore-control:CreateAgentRuntime'],
  source: reported('awslabs/amazon-bedrock-agentcore-samples', 154),
})('CreateAgentRuntime with a role that may not pull the image: ValidationException that names what it needs', async () => {
  const repositoryName = suite.name('unpullable');
  const { repository } = await ecr.send(new CreateRepositoryCommand({ repositoryName, tags: suite.tagList }));
  suite.undo(() => ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true })));
  await pushImage(ecr, { repositoryName, imageTag: 'v1' });
  const { arn: roleArn } = await suite.role('unpullable', { trust: { Service: 'bedrock-agentcore.amazonaws.com' } });
  await until(async () => {
    const failure = await failureOf(
      control.send(
        new CreateAgentRuntimeCommand({
          agentRuntimeName: suite.runtimeName('unpullable'),
          roleArn,
          agentRuntimeArtifact: artifact(`${repository!.repositoryUri}:v1`),
          networkConfiguration,
        }),
      ),
    );
    expect(failure).toMatchObject({ name: 'ValidationException', status: 400 });
    expect(failure.message).toContain('Access denied while validating ECR URI');
    for (const action of ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'])
      expect(failure.message).toContain(action);
  });
});

test({
  about: ['bedrock-agentcore-control:GetAgentRuntime', 'bedrock-agentcore-control:ListAgentRuntimeVersions'],
  source: [apiReference('bedrock-agentcore-control:GetAgentRuntime'), apiReference('bedrock-agentcore-control:ListAgentRuntimeVersions')],
})('a runtime that does not exist: ResourceNotFoundException; an id that cannot be one: ValidationException', async () => {
  const asks = [
    (agentRuntimeId: string) => control.send(new GetAgentRuntimeCommand({ agentRuntimeId })),
    (agentRuntimeId: string) => control.send(new ListAgentRuntimeVersionsCommand({ agentRuntimeId })),
  ];
  for (const ask of asks) {
    expect(await failureOf(ask(`${suite.runtimeName('none')}-0123456789`))).toMatchObject({
      name: 'ResourceNotFoundException',
      status: 404,
    });
    expect(await failureOf(ask('x'))).toMatchObject({ name: 'ValidationException', status: 400 });
  }
});

test({
  about: ['bedrock-agentcore-control:ListAgentRuntimes'],
  source: apiReference('bedrock-agentcore-control:ListAgentRuntimes'),
})('a page of ListAgentRuntimes holds 1 to 100', async () => {
  for (const maxResults of [0, 101])
    expect(await failureOf(control.send(new ListAgentRuntimesCommand({ maxResults })))).toMatchObject({
      name: 'ValidationException',
      status: 400,
    });
  expect((await control.send(new ListAgentRuntimesCommand({ maxResults: 100 }))).agentRuntimes).toBeInstanceOf(Array);
});

test({
  about: [
    'bedrock-agentcore-control:GetAgentRuntime',
    'bedrock-agentcore-control:UpdateAgentRuntime',
    'bedrock-agentcore:InvokeAgentRuntime',
  ],
  source: [
    recorded('aws/agentcore-cli@da58a8cf9', 'src/handlers/runtime/__fixtures__/GetAgentRuntimeCommand.9b8f562f35114475.json'),
    reported('aws/bedrock-agentcore-starter-toolkit', 119),
    believed('of InvokeAgentRuntime as many callers have seen it, in reports without an address that stays'),
  ],
})('a runtime that does not exist is missed in other words by each operation', async () => {
  const agentRuntimeId = `${suite.runtimeName('none')}-0123456789`;
  const agentRuntimeArn = `arn:aws:bedrock-agentcore:${suite.region}:${suite.accountId}:runtime/${agentRuntimeId}`;
  const missing = { name: 'ResourceNotFoundException', status: 404 };
  expect(await failureOf(control.send(new GetAgentRuntimeCommand({ agentRuntimeId })))).toMatchObject({
    ...missing,
    message: `Agent with agentId: ${agentRuntimeId}, accountId: ${suite.accountId}, and version: null not found!`,
  });
  const update = { agentRuntimeId, roleArn: missingRole, agentRuntimeArtifact: artifact(nowhere), networkConfiguration };
  expect(await failureOf(control.send(new UpdateAgentRuntimeCommand(update)))).toMatchObject({
    ...missing,
    message: `Agent '${agentRuntimeId}' was not found. Please check the agent ID and try again.`,
  });
  const invoke = new InvokeAgentRuntimeCommand({ agentRuntimeArn, payload: Buffer.from('{}') });
  expect(await failureOf(data.send(invoke))).toMatchObject({
    ...missing,
    message: `No endpoint or agent found with qualifier 'DEFAULT' for agent '${agentRuntimeArn}'`,
  });
});

test({
  about: ['bedrock-agentcore-control:CreateAgentRuntime'],
  source: believed('as callers have seen it, in reports without an address that stays'),
})('CreateAgentRuntime with an image of another region: ValidationException', async () => {
  const elsewhere = suite.region === 'us-east-1' ? 'us-west-2' : 'us-east-1';
  const { arn: roleArn } = await suite.role('elsewhere', { trust: { Service: 'bedrock-agentcore.amazonaws.com' } });
  await until(async () => {
    const create = new CreateAgentRuntimeCommand({
      agentRuntimeName: suite.runtimeName('elsewhere'),
      roleArn,
      agentRuntimeArtifact: artifact(nowhere.replace(suite.region, elsewhere)),
      networkConfiguration,
    });
    const failure = await failureOf(control.send(create));
    expect(failure).toMatchObject({ name: 'ValidationException', status: 400 });
    expect(failure.message).toContain(`Ecr uri region '${elsewhere}' does not match the application region '${suite.region}'.`);
  });
});
