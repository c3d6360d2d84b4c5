import type { AgentRuntimeArtifact, GetAgentRuntimeResponse, UpdateAgentRuntimeRequest } from '@aws-sdk/client-bedrock-agentcore-control';
import type { AgentDefinition } from '../agent/definition.ts';

/** Everything about a runtime that an update can change. */
export type RuntimeConfig = Omit<UpdateAgentRuntimeRequest, 'agentRuntimeId' | 'clientToken'>;

const carried = [
  'networkConfiguration',
  'description',
  'authorizerConfiguration',
  'requestHeaderConfiguration',
  'protocolConfiguration',
  'lifecycleConfiguration',
  'metadataConfiguration',
  'environmentVariables',
  'filesystemConfigurations',
  'capacityProviderConfiguration',
  'platformVersion',
] as const;

/** The configuration of a runtime as it is, in the form in which an update takes it. */
export function configOf(runtime: GetAgentRuntimeResponse): RuntimeConfig {
  const config: Record<string, unknown> = { agentRuntimeArtifact: runtime.agentRuntimeArtifact, roleArn: runtime.roleArn };
  for (const field of carried) if (runtime[field] !== undefined) config[field] = runtime[field];
  return config as unknown as RuntimeConfig;
}

/**
 * The configuration as described. An update replaces everything, so what the description does not mention is sent as it
 * is: leaving it out would reset it.
 */
export function desiredConfig(
  definition: AgentDefinition,
  artifact: AgentRuntimeArtifact,
  roleArn: string,
  existing?: GetAgentRuntimeResponse,
): RuntimeConfig {
  const { network, protocol, lifecycle, authorizer, requestHeaders, env, description } = definition;
  const before = existing ? configOf(existing) : undefined;
  return {
    networkConfiguration: { networkMode: 'PUBLIC' },
    ...before,
    agentRuntimeArtifact: artifact,
    roleArn,
    ...(network === 'PUBLIC' ? { networkConfiguration: { networkMode: 'PUBLIC' } } : {}),
    ...(typeof network === 'object'
      ? {
          networkConfiguration: {
            networkMode: 'VPC',
            networkModeConfig: {
              ...before?.networkConfiguration?.networkModeConfig,
              subnets: [...network.subnets],
              securityGroups: [...network.securityGroups],
            },
          },
        }
      : {}),
    ...(protocol ? { protocolConfiguration: { serverProtocol: protocol } } : {}),
    ...(lifecycle
      ? {
          lifecycleConfiguration: {
            ...before?.lifecycleConfiguration,
            ...(lifecycle.idleSessionSeconds === undefined ? {} : { idleRuntimeSessionTimeout: lifecycle.idleSessionSeconds }),
            ...(lifecycle.maxLifetimeSeconds === undefined ? {} : { maxLifetime: lifecycle.maxLifetimeSeconds }),
          },
        }
      : {}),
    ...(authorizer
      ? {
          authorizerConfiguration: {
            customJWTAuthorizer: {
              discoveryUrl: authorizer.discoveryUrl,
              ...(authorizer.allowedAudience ? { allowedAudience: [...authorizer.allowedAudience] } : {}),
              ...(authorizer.allowedClients ? { allowedClients: [...authorizer.allowedClients] } : {}),
              ...(authorizer.allowedScopes ? { allowedScopes: [...authorizer.allowedScopes] } : {}),
            },
          },
        }
      : {}),
    ...(requestHeaders ? { requestHeaderConfiguration: { requestHeaderAllowlist: [...requestHeaders] } } : {}),
    ...(env ? { environmentVariables: { ...env } } : {}),
    ...(description === undefined ? {} : { description }),
  };
}

/** Paths of what differs, e.g. `environmentVariables.LOG_LEVEL`. Never a value: a value of `env` may be private. */
export function differences(given: unknown, wanted: unknown, path = ''): string[] {
  // The service leaves the variables out where there are none; which one is new is worth knowing all the same.
  const [before, after] = path === 'environmentVariables' ? [given ?? {}, wanted ?? {}] : [given, wanted];
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differences(before[key], after[key], path ? `${path}.${key}` : key));
  }
  const absent = (value: unknown): boolean =>
    value === undefined || (isRecord(value) && Object.values(value).every(absent)) || (Array.isArray(value) && value.length === 0);
  if (absent(before) && absent(after)) return [];
  return JSON.stringify(unordered(before)) === JSON.stringify(unordered(after)) ? [] : [path];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Subnets, audiences, header names: lists of strings are sets to the service, which may hand them back in another order. */
function unordered(value: unknown): unknown {
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value.toSorted() : value;
}
