import type { OperationContext } from '../../gateway/operation.ts';
import type { Scope } from '../../store/items.ts';
import { API_KEY_PROVIDER } from './api-key-provider.ts';
import { apiKeyProviderArn, oauth2ProviderArn, runtimeArn, runtimeEndpointArn, workloadIdentityArn } from './arns.ts';
import { notFound } from './errors.ts';
import { OAUTH2_PROVIDER } from './oauth2/provider.ts';
import { RUNTIME, RUNTIME_ENDPOINT } from './runtime-items.ts';
import { WORKLOAD_IDENTITY } from './workload-identity.ts';

interface Tagged {
  tags: Record<string, string>;
}

/** What can carry tags, by the form of its ARN. */
const KINDS: { kind: string; pattern: RegExp; arn(scope: Scope, id: string): string }[] = [
  { kind: API_KEY_PROVIDER, pattern: /:token-vault\/default\/apikeycredentialprovider\/([^/]+)$/, arn: apiKeyProviderArn },
  { kind: OAUTH2_PROVIDER, pattern: /:token-vault\/default\/oauth2credentialprovider\/([^/]+)$/, arn: oauth2ProviderArn },
  { kind: WORKLOAD_IDENTITY, pattern: /:workload-identity-directory\/default\/workload-identity\/([^/]+)$/, arn: workloadIdentityArn },
  { kind: RUNTIME_ENDPOINT, pattern: /:runtime\/([^/]+\/)runtime-endpoint\/([^/]+)$/, arn: endpointArn },
  { kind: RUNTIME, pattern: /:runtime\/([^/]+)$/, arn: runtimeArn },
];

/** The item behind an ARN and how to save its tags. Throws ResourceNotFoundException for an ARN that is not of an existing resource of the caller's. */
export function findTagged(
  { emulator, accountId, region }: OperationContext,
  arn: string,
): { tags: Record<string, string>; save(tags: Record<string, string>): void } {
  const scope = { accountId, region };
  for (const { kind, pattern, arn: arnOf } of KINDS) {
    const match = pattern.exec(arn);
    if (!match) continue;
    const id = match.slice(1).join('');
    const item = emulator.store.items.get<Tagged>(kind, scope, id);
    if (item && arnOf(scope, id) === arn)
      return { tags: item.tags, save: (tags) => emulator.store.items.put(kind, scope, id, { ...item, tags }) };
  }
  throw notFound(`The resource '${arn}' does not exist.`);
}

function endpointArn(scope: Scope, id: string): string {
  const [runtimeId = '', name = ''] = id.split('/');
  return runtimeEndpointArn(scope, runtimeId, name);
}
