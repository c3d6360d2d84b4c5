import { isAwsError } from '../aws/aws-error.ts';
import type { InvokeOptions } from './invoke.ts';

/** What helps against a refused invocation, by its cause. `undefined` where the service's own words say it. */
export function remedyFor(error: unknown, { userId, bearerToken }: Pick<InvokeOptions, 'userId' | 'bearerToken'>): string | undefined {
  const message = error instanceof Error ? error.message : '';
  if (/Authorization method mismatch/.test(message))
    return bearerToken === undefined
      ? 'The agent has a JWT authorizer: pass bearerToken, a JWT of the user.'
      : 'The agent has no JWT authorizer: leave bearerToken out, so that the request is signed with AWS credentials.';
  if (/not authorized to perform: bedrock-agentcore:InvokeAgentRuntimeForUser/.test(message))
    return 'Naming a user needs bedrock-agentcore:InvokeAgentRuntimeForUser beside bedrock-agentcore:InvokeAgentRuntime, each on the runtime and on its endpoint.';
  if (/not authorized to perform: bedrock-agentcore:InvokeAgentRuntime\b/.test(message))
    return 'Allow bedrock-agentcore:InvokeAgentRuntime on the runtime and on its endpoint.';
  if (isAwsError(error, 'UnauthorizedException') && bearerToken !== undefined)
    return "Get a new token from the issuer of the agent's authorizer, with the audience, client, scopes and claims that it allows.";
  if (isAwsError(error, 'ThrottlingException'))
    return 'It was tried several times. Send fewer requests at once, or request a higher quota.';
  if (isAwsError(error, 'RuntimeClientError')) {
    const log = 'Read what the agent logged: deployment.logs(), or agentcore-deploy logs.';
    if (userId !== undefined || bearerToken !== undefined) return log;
    return `${log} No user was named, so the agent got no workload access token: if it uses AgentCore Identity, pass userId.`;
  }
  return undefined;
}
