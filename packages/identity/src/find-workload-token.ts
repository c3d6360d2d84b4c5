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
      'There is no workload access token, because no request is being served. Ask for credentials inside the handler of an invocation and not ' +
      'at module load; in a framework of your own, wrap the handler in runWithContext({ workloadAccessToken }, ...).'
    );
  }
  return (
    'This request brought no workload access token: neither the header X-Amz-Bedrock-AgentCore-Identity-WAT nor WorkloadAccessToken is set. ' +
    'Where the agent is invoked with AWS credentials, AgentCore Runtime sends the token when the caller names a user: pass runtimeUserId to ' +
    'InvokeAgentRuntime (header X-Amzn-Bedrock-AgentCore-Runtime-User-Id).'
  );
}
