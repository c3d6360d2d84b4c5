import { createHash } from 'node:crypto';

/** The tag that says which agent a resource belongs to: how a deployment is found again without a state file. */
export const ownerTag = 'agentcore-deploy:agent';

/** Names of the inline policies that this package writes. Others on the role are somebody else's, and are left alone. */
export const policyNames = {
  base: 'agentcore-base',
  credentials: 'agentcore-credentials',
  extra: (name: string): string => `agentcore-extra-${name}`,
  isOurs: (name: string): boolean => /^agentcore-(?:base|credentials|extra-.+)$/.test(name),
} as const;

/**
 * The execution role. It holds `BedrockAgentCore`, because the caller policy that AWS documents allows IAM calls on
 * `role/*BedrockAgentCore*` only; and the region, because roles are global to an account. At most 64 characters.
 */
export function roleNameOf(agent: string, region: string): string {
  const plain = `BedrockAgentCore-${agent}-${region}`;
  if (plain.length <= 64) return plain;
  const ending = `-${shortHash(agent)}-${region}`;
  return `BedrockAgentCore-${agent.slice(0, 64 - 'BedrockAgentCore-'.length - ending.length)}${ending}`;
}

/**
 * The repository. AgentCore takes fewer names than ECR does: lower case, and no run of separators (`__`, `--`). Where the
 * agent's name has to be changed for that, a hash keeps two agents from meeting in one repository.
 */
export function repositoryNameOf(agent: string): string {
  const slug = agent.toLowerCase().replaceAll(/_+/g, '_').replace(/_$/, '');
  return `bedrock-agentcore-${slug}${slug === agent ? '' : `-${shortHash(agent)}`}`;
}

/**
 * The bucket of an agent's code. Names of buckets are shared by all accounts, hence account and region in it; at most 63 characters, lower case.
 */
export function bucketNameOf(agent: string, account: string, region: string): string {
  const slug = agent.toLowerCase().replaceAll('_', '-').slice(0, 14).replace(/-+$/, '');
  return `agentcore-${slug}-${shortHash(agent)}-${account}-${region}`;
}

/** As {@link bucketNameOf}, for all agents whose names begin as `agent` does up to its `*`: for a policy. */
export function bucketPatternOf(agent: string, account: string, region: string): string {
  const star = agent.indexOf('*');
  if (star < 0) return bucketNameOf(agent, account, region);
  const slug = agent.slice(0, star).toLowerCase().replaceAll('_', '-').slice(0, 14).replace(/-+$/, '-');
  return `agentcore-${slug}*-${account}-${region}`;
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
