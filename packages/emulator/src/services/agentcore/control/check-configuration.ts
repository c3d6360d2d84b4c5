import type { RuntimeConfiguration } from '../runtime-items.ts';
import { validation } from '../errors.ts';
import { checkAuthorizer } from './check-authorizer.ts';

/** What the model's constraints cannot say: members that need or exclude each other. */
export function checkConfiguration(configuration: RuntimeConfiguration): void {
  const { networkConfiguration, lifecycleConfiguration, authorizerConfiguration } = configuration;
  if (authorizerConfiguration?.customJWTAuthorizer) checkAuthorizer(authorizerConfiguration.customJWTAuthorizer);
  if (networkConfiguration?.networkMode === 'VPC' && networkConfiguration.networkModeConfig === undefined) {
    throw validation('networkModeConfig is required when networkMode is VPC.', 'networkConfiguration.networkModeConfig');
  }
  if (networkConfiguration?.networkMode === 'PUBLIC' && networkConfiguration.networkModeConfig !== undefined) {
    throw validation('networkModeConfig is not allowed when networkMode is PUBLIC.', 'networkConfiguration.networkModeConfig');
  }
  const { idleRuntimeSessionTimeout: idle = 900, maxLifetime = 28_800 } = lifecycleConfiguration ?? {};
  if (idle > maxLifetime)
    throw validation(
      'idleRuntimeSessionTimeout must be less than or equal to maxLifetime.',
      'lifecycleConfiguration.idleRuntimeSessionTimeout',
    );
}

/** The members of a request that make a version, without what is kept elsewhere. */
export function pickConfiguration(input: RuntimeConfiguration): RuntimeConfiguration {
  return {
    roleArn: input.roleArn,
    agentRuntimeArtifact: input.agentRuntimeArtifact,
    networkConfiguration: input.networkConfiguration,
    protocolConfiguration: input.protocolConfiguration,
    authorizerConfiguration: input.authorizerConfiguration,
    requestHeaderConfiguration: input.requestHeaderConfiguration,
    lifecycleConfiguration: { idleRuntimeSessionTimeout: 900, maxLifetime: 28_800, ...input.lifecycleConfiguration },
    metadataConfiguration: input.metadataConfiguration,
    ...(input.description === undefined ? {} : { description: input.description }),
  };
}

/** Who may be authorized for what: CreateAgentRuntime and UpdateAgentRuntime hand a role to the service. */
export function configurationKeys({
  authorizerConfiguration,
  networkConfiguration,
}: RuntimeConfiguration): Record<string, string | string[]> {
  const vpc = networkConfiguration?.networkModeConfig;
  return {
    'bedrock-agentcore:RuntimeAuthorizerType': authorizerConfiguration?.customJWTAuthorizer ? 'CUSTOM_JWT' : 'AWS_IAM',
    ...(vpc?.subnets ? { 'bedrock-agentcore:subnets': vpc.subnets } : {}),
    ...(vpc?.securityGroups ? { 'bedrock-agentcore:securityGroups': vpc.securityGroups } : {}),
  };
}
