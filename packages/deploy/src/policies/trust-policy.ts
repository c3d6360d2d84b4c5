import type { Place, PolicyDocument } from './statement.ts';
import { policyDocument } from './statement.ts';

/**
 * Who may assume the role: AgentCore, and only on behalf of this account and region. Without the conditions any customer
 * of the service could have it assume our role (the confused deputy).
 */
export function trustPolicy({ partition, account, region }: Place): PolicyDocument {
  return policyDocument([
    {
      Sid: 'AgentCoreRuntime',
      Effect: 'Allow',
      Principal: { Service: 'bedrock-agentcore.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: { 'aws:SourceArn': `arn:${partition}:bedrock-agentcore:${region}:${account}:*` },
      },
    },
  ]);
}
