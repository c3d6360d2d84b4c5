import type { CredentialUse } from '../agent/definition.ts';
import type { Place, PolicyDocument, PolicyStatement } from './statement.ts';
import { policyDocument } from './statement.ts';

const kinds = {
  'api-key': { action: 'GetResourceApiKey', provider: 'apikeycredentialprovider', secret: 'apikey', sid: 'ApiKey' },
  oauth2: { action: 'GetResourceOauth2Token', provider: 'oauth2credentialprovider', secret: 'oauth2', sid: 'Oauth2Token' },
} as const;

/**
 * Lets one agent read the credentials of these providers, and nothing else. The service checks four resources at once: the
 * token vault, the provider in it, the directory of workload identities, and the identity of this agent's runtime (its
 * suffix is not known before the runtime exists). The key itself is a secret in Secrets Manager, read as the role too. Its
 * name ends in 8 random digits, and its ARN in 6 more characters: `-*` would allow the secret of `NAME-other` as well.
 */
export function credentialsPolicy({
  partition,
  account,
  region,
  agent,
  credentials,
}: Place & { agent: string; credentials: readonly CredentialUse[] }): PolicyDocument {
  const agentcore = `arn:${partition}:bedrock-agentcore:${region}:${account}`;
  const secrets = `arn:${partition}:secretsmanager:${region}:${account}:secret`;
  const uses = credentials.map((use) => (typeof use === 'string' ? { name: use, kind: 'api-key' as const } : use));
  const statements: PolicyStatement[] = [];
  for (const kind of ['api-key', 'oauth2'] as const) {
    const names = uses.filter((use) => use.kind === kind).map(({ name }) => name);
    const { action, provider, secret, sid } = kinds[kind];
    if (names.length === 0) continue;
    statements.push(
      {
        Sid: sid,
        Effect: 'Allow',
        Action: `bedrock-agentcore:${action}`,
        Resource: [
          `${agentcore}:token-vault/default`,
          ...names.map((name) => `${agentcore}:token-vault/default/${provider}/${name}`),
          `${agentcore}:workload-identity-directory/default`,
          `${agentcore}:workload-identity-directory/default/workload-identity/${agent}-*`,
        ],
      },
      {
        Sid: `${sid}Secret`,
        Effect: 'Allow',
        Action: 'secretsmanager:GetSecretValue',
        Resource: names.map((name) => `${secrets}:bedrock-agentcore-identity!default/${secret}/${name}-????????-??????`),
      },
    );
  }
  return policyDocument(statements);
}
