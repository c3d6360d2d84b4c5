import {
  CreateApiKeyCredentialProviderCommand,
  CreateWorkloadIdentityCommand,
  DeleteApiKeyCredentialProviderCommand,
  DeleteWorkloadIdentityCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import type { contractSuite } from './suite.ts';

type Suite = ReturnType<typeof contractSuite>;

/** A workload identity of this run. */
export async function makeWorkload({ clients: { control }, tags, undo, name: nameOf }: Suite, what: string) {
  const name = nameOf(what);
  const created = await control.send(new CreateWorkloadIdentityCommand({ name, tags }));
  undo(() => control.send(new DeleteWorkloadIdentityCommand({ name })));
  return { ...created, name };
}

/** An API-key credential provider of this run, with its ARN and that of its secret. */
export async function makeApiKeyProvider({ clients: { control }, tags, undo, name: nameOf }: Suite, what: string, apiKey = 'sk-contract') {
  const name = nameOf(what);
  const created = await control.send(new CreateApiKeyCredentialProviderCommand({ name, apiKey, tags }));
  undo(() => control.send(new DeleteApiKeyCredentialProviderCommand({ name })));
  return { name, arn: created.credentialProviderArn!, secretArn: created.apiKeySecretArn!.secretArn! };
}
