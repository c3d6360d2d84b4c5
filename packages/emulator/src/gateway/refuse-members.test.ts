import { expect, test } from 'vitest';
import { loadModels } from '../load-models.ts';
import { createRefuseMembers } from './refuse-members.ts';

const models = loadModels();
const refuseMembers = createRefuseMembers(models);

function refuse(service: string, name: string, input: Record<string, unknown>): () => void {
  const model = models.find((candidate) => candidate.service === service)!;
  return () => refuseMembers({ model, name, operation: model.operations[name]!, labels: {} }, input);
}

test('a member that is not implemented is refused by its name and its place, with the reason', () => {
  expect(refuse('logs', 'CreateLogGroup', { logGroupName: 'a', kmsKeyId: 'arn:aws:kms:us-west-2:123456789012:key/k' })).toThrow(
    expect.objectContaining({
      code: 'NotImplemented',
      status: 501,
      message: "logs:CreateLogGroup: the parameter 'kmsKeyId' is not implemented by this emulator: it has no KMS. Leave it out.",
    }),
  );
  const customJWTAuthorizer = { discoveryUrl: 'https://as.example', privateEndpointOverrides: [{ domain: 'as.example' }] };
  expect(refuse('bedrock-agentcore-control', 'CreateAgentRuntime', { authorizerConfiguration: { customJWTAuthorizer } })).toThrow(
    "the parameter 'authorizerConfiguration.customJWTAuthorizer.privateEndpointOverrides' is not implemented",
  );
});

test('what asks for nothing passes: an empty list, and the documented default', () => {
  for (const [service, operation, input] of [
    ['secretsmanager', 'CreateSecret', { Name: 'a', AddReplicaRegions: [], ForceOverwriteReplicaSecret: false }],
    ['logs', 'CreateLogGroup', { logGroupName: 'a', deletionProtectionEnabled: false }],
    ['logs', 'FilterLogEvents', { logGroupName: 'a', startFromHead: true }],
  ] as const)
    expect(refuse(service, operation, input)).not.toThrow();
  expect(refuse('logs', 'FilterLogEvents', { logGroupName: 'a', startFromHead: false })).toThrow('startFromHead');
  expect(refuse('logs', 'CreateLogGroup', { logGroupName: 'a', deletionProtectionEnabled: true })).toThrow('deletionProtectionEnabled');
});
