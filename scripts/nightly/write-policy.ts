import type { AccessDecision } from '@agentcore-tutorials/emulator';

/** Something that the nightly run was allowed, and in which part of it. */
export interface RecordedAccess {
  decision: Pick<AccessDecision, 'action' | 'resource'>;
  /** A sweep asks for the tags of everything, whoever made it, and deletes only what has the tag. */
  during: 'tutorials' | 'sweep';
}

export interface PolicyStatement {
  Effect: 'Allow';
  Action: string[];
  Resource: string[];
  Condition?: Record<string, Record<string, string>>;
}

export interface Place {
  account: string;
  region: string;
}

/** The smallest policy that allows what was recorded, for any run: the same whatever the ids of the recorded runs were. */
export function writePolicy(recorded: readonly RecordedAccess[], place: Place): { Version: '2012-10-17'; Statement: PolicyStatement[] } {
  const resourcesOf = new Map<string, Set<string>>();
  for (const { decision, during } of recorded) {
    const resources = resourcesOf.get(decision.action) ?? new Set();
    const readsAll = during === 'sweep' && /^[a-z0-9-]+:(?:List|Describe|Get)/.test(decision.action);
    resources.add(readsAll ? '*' : generalise(decision.resource, place));
    resourcesOf.set(decision.action, resources);
  }
  const statements = new Map<string, PolicyStatement>();
  for (const [action, resources] of [...resourcesOf].sort()) {
    const Resource = resources.has('*') ? ['*'] : withoutCovered([...resources].sort());
    const passes = action === 'iam:PassRole';
    const key = `${action.split(':', 1)[0]} ${passes} ${Resource.join(' ')}`;
    const statement = statements.get(key) ?? { Effect: 'Allow', Action: [], Resource };
    statement.Action.push(action);
    if (passes) statement.Condition = { StringEquals: { 'iam:PassedToService': 'bedrock-agentcore.amazonaws.com' } };
    statements.set(key, statement);
  }
  return { Version: '2012-10-17', Statement: [...statements.values()] };
}

/** The document for an account and a region: `infra/` has none, and stands for any. */
export function placePolicy(text: string, { account, region }: Place): string {
  return JSON.stringify(JSON.parse(text.replaceAll('ACCOUNT_ID', account).replaceAll('REGION', region)));
}

/** Ids of runs and of runtimes are random: a `*` stands for them. */
function generalise(resource: string, { account, region }: Place): string {
  return (
    resource
      .replaceAll(region, 'REGION')
      .replaceAll(account, 'ACCOUNT_ID')
      .replace(/(log-group:\/aws\/bedrock-agentcore\/runtimes\/\w+)-.*$/, '$1-*')
      .replace(/((?:runtime|workload-identity)\/\w+)-[a-zA-Z0-9]{10}(?=$|\/)/, '$1-*')
      .replaceAll(/([-_])[0-9a-f]{6}(?=$|[-_/:])/g, '$1*')
      // AgentCore Identity ends the name of a secret in eight random digits, and Secrets Manager its ARN in six more characters.
      .replace(/(:secret:.*\*)-(?:[0-9a-f]{8}|\?{8})-.{6}$/, '$1')
      .replaceAll('*-*', '*')
  );
}

function withoutCovered(resources: readonly string[]): string[] {
  return resources.filter(
    (resource) => !resources.some((other) => other !== resource && other.endsWith('*') && resource.startsWith(other.slice(0, -1))),
  );
}
