import type { InvokeAgentRuntimeCommandOutput } from '@aws-sdk/client-bedrock-agentcore';
import type { InvokeTarget } from './invoke.ts';

/**
 * Where `InvokeAgentRuntime` is a plain HTTPS request: `POST` with the payload as body. For callers of an agent with an `authorizer` that
 * have no AWS SDK, such as a web page: they send `Authorization: Bearer` and their JWT. With the partition's and your own endpoint settings,
 * because the SDK is asked. Nothing is sent.
 */
export async function invocationUrl(
  { clients, agentRuntimeArn }: Pick<InvokeTarget, 'clients' | 'agentRuntimeArn'>,
  { qualifier = 'DEFAULT' }: { qualifier?: string } = {},
): Promise<string> {
  const { InvokeAgentRuntimeCommand } = await import('@aws-sdk/client-bedrock-agentcore');
  const command = new InvokeAgentRuntimeCommand({ agentRuntimeArn, qualifier, payload: new Uint8Array() });
  let url = '';
  // The request is complete there but for the signature, which would need credentials.
  command.middlewareStack.add(
    () =>
      async ({ request }) => {
        const { protocol, hostname, port, path, query } = request as HttpRequest;
        url = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}?${new URLSearchParams(query)}`;
        return { response: undefined, output: { $metadata: {} } as InvokeAgentRuntimeCommandOutput };
      },
    { step: 'build', priority: 'low' },
  );
  await (await clients.data()).send(command);
  return url;
}

interface HttpRequest {
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  query: Record<string, string>;
}
