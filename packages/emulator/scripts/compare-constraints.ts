import type { NormalizedSchema } from '@smithy/core/schema';

export interface Constraint {
  min?: number;
  max?: number;
  pattern?: string;
  enum?: string[];
  sensitive?: boolean;
  members?: Record<string, Constraint>;
  member?: Constraint;
  key?: Constraint;
  value?: Constraint;
}
export interface ServiceConstraints {
  apiVersion: string;
  protocol: 'rest-json' | 'json' | 'query';
  signingName: string;
  /** By operation: the constraints of its input. */
  operations: Record<string, Constraint>;
}

/** `external-secret.ts` checks these. */
const OWN_CHECK = 'checked by the handlers';
/** AWS published no lengths and patterns of these yet: only their types are checked. */
const NEWER = 'newer than the constraints';

/** Members that the SDK has and the constraints do not, by the end of their path, each with the reason why that is accepted. */
const ACCEPTED: Readonly<Record<string, string>> = {
  '.apiKeySecretConfig': OWN_CHECK,
  '.apiKeySecretSource': OWN_CHECK,
  '.clientSecretConfig': OWN_CHECK,
  '.clientSecretSource': OWN_CHECK,
  'InvokeAgentRuntime.mcpMethod': NEWER,
  'InvokeAgentRuntime.mcpName': NEWER,
  '.customJWTAuthorizer.advertisedScopeMapping': NEWER,
  '.customJWTAuthorizer.allowedWorkloadConfiguration': NEWER,
  '.filesystemConfigurations.capacityProviderVolume': NEWER,
  'AgentRuntime.capacityProviderConfiguration': NEWER,
  'AgentRuntime.platformVersion': NEWER,
  '.customOauth2ProviderConfig.privateKeyJwtConfig': NEWER,
  'DeleteAgentRuntime.agentRuntimeVersion': NEWER,
  'SimulateCustomPolicy.OrderedOrganizationPolicyInputList': NEWER,
  'SimulatePrincipalPolicy.PolicyExclusionList': NEWER,
  '.MinimumSessionTokenSize': NEWER,
  'CreateLogGroup.deletionProtectionEnabled': NEWER,
  'DescribeLogGroups.accountIdentifiers': NEWER,
  'DescribeLogGroups.includeLinkedAccounts': NEWER,
  'DescribeLogGroups.logGroupClass': NEWER,
  'DescribeLogGroups.logGroupIdentifiers': NEWER,
  'FilterLogEvents.startFromHead': NEWER,
  'PutLogEvents.entity': NEWER,
};

/** Lists where the members of an input and its constraints differ, so that neither an SDK bump nor new constraints go unnoticed. */
export function compareConstraints(schema: NormalizedSchema, constraint: Constraint | undefined, path: string): string[] {
  if (constraint === undefined) return [];
  if (schema.isListSchema()) return compareConstraints(schema.getValueSchema(), constraint.member, path);
  if (schema.isMapSchema()) return compareConstraints(schema.getValueSchema(), constraint.value, path);
  if (!schema.isStructSchema() || constraint.members === undefined) return [];
  const { members } = constraint;
  const known = schema.getMemberSchemas();
  return [
    ...Object.keys(members)
      .filter((name) => !Object.hasOwn(known, name))
      .map((name) => `${path}.${name} has constraints, but is no member in the SDK.`),
    ...Object.entries(known).flatMap(([name, member]) => {
      if (Object.hasOwn(members, name)) return compareConstraints(member, members[name], `${path}.${name}`);
      return isAccepted(`${path}.${name}`) ? [] : [`${path}.${name} is a member in the SDK, but the constraints do not have it.`];
    }),
  ];
}

function isAccepted(path: string): boolean {
  return Object.keys(ACCEPTED).some((end) => path.endsWith(end));
}
