/** A member of an input that this emulator does not implement. */
export interface RefusedMember {
  /** Follows "is not implemented by this emulator": what is missing, or what to do instead. */
  why: string;
  /** The documented default: sending it asks for nothing. */
  default?: unknown;
}

const NO_VPC = 'it has no VPC';
const NO_FILESYSTEMS = 'it mounts no file systems; an agent can keep files in S3';
const NO_COMPUTE = 'agents run on this machine';
const NO_KMS = 'it has no KMS';
const NO_PARTNERS = 'it has no external secrets of partners';
const ONE_ACCOUNT = 'it has no linked accounts';
const NO_ROTATION = 'it rotates no secrets';

/**
 * What is accepted without effect would be a false answer, so what no handler reads is refused here, by name: service -> shape and member ->
 * reason. members.test.ts proves that nothing is missing from this list and that nothing on it is read.
 */
export const REFUSED_MEMBERS: Readonly<Record<string, Readonly<Record<string, RefusedMember>>>> = {
  'bedrock-agentcore-control': {
    'CreateAgentRuntimeRequest.capacityProviderConfiguration': { why: NO_COMPUTE },
    'CreateAgentRuntimeRequest.filesystemConfigurations': { why: NO_FILESYSTEMS },
    'CreateAgentRuntimeRequest.platformVersion': { why: NO_COMPUTE },
    'CustomJWTAuthorizerConfiguration.privateEndpoint': { why: NO_VPC },
    'CustomJWTAuthorizerConfiguration.privateEndpointOverrides': { why: NO_VPC },
    'CustomOauth2ProviderConfigInput.privateEndpoint': { why: NO_VPC },
    'CustomOauth2ProviderConfigInput.privateEndpointOverrides': { why: NO_VPC },
    'CustomOauth2ProviderConfigInput.privateKeyJwtConfig': { why: `${NO_KMS}; use a client secret` },
    'DeleteAgentRuntimeRequest.agentRuntimeVersion': { why: 'it deletes a runtime with all of its versions only' },
    'UpdateAgentRuntimeRequest.capacityProviderConfiguration': { why: NO_COMPUTE },
    'UpdateAgentRuntimeRequest.filesystemConfigurations': { why: NO_FILESYSTEMS },
    'UpdateAgentRuntimeRequest.platformVersion': { why: NO_COMPUTE },
    'VpcConfig.requireServiceS3Endpoint': { why: NO_VPC },
  },
  iam: {
    'SimulateCustomPolicyRequest.OrderedOrganizationPolicyInputList': { why: 'it has no organizations' },
    'SimulateCustomPolicyRequest.ResourceHandlingOption': { why: 'it has no EC2' },
    'SimulatePrincipalPolicyRequest.PolicyExclusionList': { why: 'it simulates every policy of an entity' },
    'SimulatePrincipalPolicyRequest.ResourceHandlingOption': { why: 'it has no EC2' },
  },
  sts: {
    'AssumeRoleRequest.ProvidedContexts': { why: 'it has no IAM Identity Center' },
    'AssumeRoleRequest.SerialNumber': { why: 'it has no MFA devices' },
    'AssumeRoleRequest.TokenCode': { why: 'it has no MFA devices' },
    'AssumeRoleWithWebIdentityRequest.ProviderId': { why: 'it verifies OpenID Connect tokens only' },
    'GetSessionTokenRequest.SerialNumber': { why: 'it has no MFA devices' },
    'GetSessionTokenRequest.TokenCode': { why: 'it has no MFA devices' },
  },
  secretsmanager: {
    'CreateSecretRequest.AddReplicaRegions': { why: 'it replicates no secrets' },
    'CreateSecretRequest.ForceOverwriteReplicaSecret': { why: 'it replicates no secrets', default: false },
    'CreateSecretRequest.Type': { why: NO_PARTNERS },
    'PutSecretValueRequest.RotationToken': { why: NO_ROTATION },
    'UpdateSecretRequest.Type': { why: NO_PARTNERS },
  },
  logs: {
    'CreateLogGroupRequest.deletionProtectionEnabled': { why: 'it protects no log groups', default: false },
    'CreateLogGroupRequest.kmsKeyId': { why: NO_KMS },
    'DescribeLogGroupsRequest.accountIdentifiers': { why: ONE_ACCOUNT },
    'DescribeLogGroupsRequest.includeLinkedAccounts': { why: ONE_ACCOUNT, default: false },
    'DescribeLogGroupsRequest.logGroupClass': { why: 'it filters by name only' },
    'DescribeLogGroupsRequest.logGroupIdentifiers': { why: 'it filters by name only' },
    'FilterLogEventsRequest.startFromHead': { why: 'it lists the earliest events first', default: true },
  },
};
