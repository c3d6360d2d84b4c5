import data from './actions.json' with { type: 'json' };

/** What AWS's service authorization reference says of one action. */
export interface ActionInfo {
  /** As AWS writes it, e.g. `bedrock-agentcore:GetResourceApiKey`. */
  readonly action: string;
  readonly access: string;
  /** The kinds of resource that the action is checked against: the caller must be allowed on every required one. */
  readonly resources: readonly ResourceType[];
  /** The condition keys that a request can carry beside the global ones. `${TagKey}` stands for any tag's key. */
  readonly conditionKeys: readonly string[];
}

export interface ResourceType {
  readonly name: string;
  readonly required: boolean;
  /** The ARN with placeholders such as `${Region}`: see `fillArn`. */
  readonly arn: string;
}

interface ActionData {
  access: string;
  required?: string[];
  optional?: string[];
  conditionKeys?: string[];
}

type ServiceData = { resourceTypes: Record<string, string>; actions: Record<string, ActionData> };

const RUNTIMES = 'arn:${Partition}:bedrock-agentcore:${Region}:${Account}:runtime/*';

/**
 * Actions that the reference lists without a resource, but that AWS checks against one nevertheless.
 * CreateAgentRuntime and ListRoles: so AWS's denials say. The lists of AgentCore: inferred, as BedrockAgentCoreFullAccess
 * allows them only on AgentCore's ARNs.
 */
const UNLISTED_RESOURCES: Readonly<Record<string, string>> = {
  'bedrock-agentcore:createagentruntime': RUNTIMES,
  'bedrock-agentcore:listagentruntimes': RUNTIMES,
  'bedrock-agentcore:listagentruntimeendpoints': RUNTIMES,
  'bedrock-agentcore:listagentruntimeversions': RUNTIMES,
  'iam:listroles': 'arn:${Partition}:iam::${Account}:role/',
};

const actions: ReadonlyMap<string, ActionInfo> = new Map(
  Object.entries(data as Record<string, ServiceData>).flatMap(([service, { resourceTypes, actions }]) =>
    Object.entries(actions).map(
      ([name, info]) => [`${service}:${name}`.toLowerCase(), describe(`${service}:${name}`, info, resourceTypes)] as const,
    ),
  ),
);

/** What is known of an action, in any case, or undefined for one of another service. */
export function actionResources(action: string): ActionInfo | undefined {
  return actions.get(action.toLowerCase());
}

/** All known actions, by service and name. */
export function listActions(): readonly ActionInfo[] {
  return [...actions.values()];
}

/** The ARN that AWS checks an action against where its reference names no resource: `*` for most. */
export function unlistedResource(action: string): string {
  return UNLISTED_RESOURCES[action.toLowerCase()] ?? '*';
}

/**
 * Fills the placeholders of an ARN. `Partition` is `aws` unless given.
 * @throws TypeError if a placeholder has no value: an ARN with a hole in it would match what it should not.
 */
export function fillArn(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? (name === 'Partition' ? 'aws' : undefined);
    if (value === undefined) throw new TypeError(`No value for \${${name}} of ${template}`);
    return value;
  });
}

function describe(
  action: string,
  { access, required = [], optional = [], conditionKeys = [] }: ActionData,
  types: Record<string, string>,
): ActionInfo {
  const resource = (name: string, isRequired: boolean): ResourceType => ({ name, required: isRequired, arn: types[name] ?? '*' });
  return {
    action,
    access,
    resources: [...required.map((name) => resource(name, true)), ...optional.map((name) => resource(name, false))],
    conditionKeys,
  };
}
