import type { Connection } from './aws/connect.ts';
import { getContext } from './context.ts';
import { IdentityError } from './errors.ts';
import type { Flights } from './flights.ts';
import { getLocalWorkloadToken } from './local/local-workload.ts';

/**
 * The workload access token of this call: the one of the request context; outside of one, on a developer's machine, one for the workload of
 * `./.agentcore.json`. In a container there is no second way: a runtime's identity cannot fetch a token for itself.
 */
export async function findWorkloadToken(aws: Connection, flights: Flights, signal?: AbortSignal): Promise<string> {
  const token = getContext()?.workloadAccessToken;
  if (token) return token;
  if (process.env['DOCKER_CONTAINER'] === '1') throw new IdentityError('NO_WORKLOAD_TOKEN', inContainer(getContext() !== undefined));
  const directory = process.cwd();
  return flights.share(`local ${directory}`, (shared) => getLocalWorkloadToken(aws, directory, shared), signal);
}

function inContainer(insideRequest: boolean): string {
  if (!insideRequest) {
    return (
      'There is no workload access token, because no request is being served. Request credentials inside the handler of an invocation, not ' +
      'at module load. In a server of your own, run the handler in the context of the request: runWithContext(contextOf(request.headers), ...).'
    );
  }
  return (
    'This request has no workload access token. AgentCore Runtime sends one only if the caller names a user or presents a JWT. With AWS ' +
    'credentials, pass runtimeUserId to InvokeAgentRuntime (header X-Amzn-Bedrock-AgentCore-Runtime-User-Id); the caller then also needs ' +
    'bedrock-agentcore:InvokeAgentRuntimeForUser.'
  );
}
