import { API_KEY_PROVIDER } from '../services/agentcore/api-key-provider.ts';
import { OAUTH2_PROVIDER } from '../services/agentcore/oauth2/provider.ts';
import { RUNTIME, RUNTIME_ENDPOINT, RUNTIME_VERSION } from '../services/agentcore/runtime-items.ts';
import { WORKLOAD_IDENTITY } from '../services/agentcore/workload-identity.ts';
import { POLICY } from '../services/iam/policies/policy.ts';
import { ROLE } from '../services/iam/role.ts';
import { BUCKET } from '../services/s3/bucket.ts';
import { SECRET } from '../services/secretsmanager/secret.ts';

/** As SQLite's `json_type` calls them. */
type JsonType = 'object' | 'array' | 'text' | 'integer';

/** Without these an emulator does not start on a state, or a list fails for one item in it. */
export const ITEM_MEMBERS: Readonly<Record<string, Readonly<Record<string, JsonType>>>> = {
  'access-key': { accountId: 'text', userName: 'text', sealedSecret: 'text' },
  'model-key': { sealed: 'text' },
  'vendor-client': { sealed: 'text' },
  'vendor-keys': { sealed: 'text' },
  [ROLE]: {
    roleName: 'text',
    roleId: 'text',
    arn: 'text',
    path: 'text',
    createDate: 'text',
    inlinePolicies: 'object',
    attachedPolicyArns: 'array',
  },
  [POLICY]: { policyName: 'text', arn: 'text', versions: 'array' },
  [SECRET]: { name: 'text', arn: 'text', createdDate: 'text', versions: 'object' },
  [API_KEY_PROVIDER]: { name: 'text' },
  [OAUTH2_PROVIDER]: { name: 'text' },
  [WORKLOAD_IDENTITY]: { name: 'text' },
  [RUNTIME]: { runtimeId: 'text', name: 'text', createdAt: 'text', latestVersion: 'integer' },
  [RUNTIME_VERSION]: { version: 'integer', status: 'text', createdAt: 'text', configuration: 'object' },
  [RUNTIME_ENDPOINT]: { name: 'text', status: 'text', createdAt: 'text' },
  [BUCKET]: { createdAt: 'text' },
};

/** An image's tag is a digest and its manifest a text, everything else has members. */
export function jsonTypeOf(kind: string): JsonType {
  return /^ecr-(?:public-)?(?:tag|manifest)$/.test(kind) ? 'text' : 'object';
}
