import { PolicyError } from '../../../iam/policy-error.ts';
import type { Store } from '../../../store/open-store.ts';
import { hasId, idOfArn, idOfSessionArn } from './find-entity.ts';

/** A policy with principals as it is stored. */
export interface BoundPolicy {
  /** As it was given. */
  document: string;
  /** The same with the unique ids of roles, users and sessions in place of their ARNs: this one decides. */
  bound: string;
  /** Unique ids by ARN, of the roles, users and sessions that it names. */
  ids: Readonly<Record<string, string>>;
}

type Statement = Record<string, unknown>;

const ELEMENTS = ['Principal', 'NotPrincipal'];
const ENTITY_ARN = /^arn:aws[a-z-]*:iam::\d{12}:(?:user|role)\//;
const UNIQUE_ID = /^A(?:IDA|ROA)[A-Z0-9]{12,}$/;

/**
 * Binds a policy that compiles to the roles and users that it names, as AWS does when a policy is saved: one that is made again later under the
 * same name is somebody else.
 *
 * @throws PolicyError if it names a role or a user that does not exist.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function bindPrincipals(store: Store, document: string): BoundPolicy {
  const ids: Record<string, string> = {};
  const bound = mapPrincipals(document, (name) => {
    if (ENTITY_ARN.test(name)) return (ids[name] ??= idOfArn(store, name) ?? noSuchPrincipal(name));
    if (UNIQUE_ID.test(name) && !hasId(store, name)) noSuchPrincipal(name);
    const sessionId = idOfSessionArn(store, name);
    return sessionId === undefined ? name : (ids[name] ??= sessionId);
  });
  return { document, bound, ids };
}

/** The policy as it is read back: one that is gone is named by its unique id. */
export function showPolicy(store: Store, { document, ids }: Omit<BoundPolicy, 'bound'>): string {
  const gone = new Map(Object.entries(ids).filter(([arn, id]) => (idOfArn(store, arn) ?? idOfSessionArn(store, arn)) !== id));
  return gone.size === 0 ? document : mapPrincipals(document, (name) => gone.get(name) ?? name);
}

function noSuchPrincipal(name: string): never {
  throw new PolicyError(`Invalid principal in policy: "AWS":"${name}"`);
}

/** The document with each name under `AWS` replaced. Without any, it is the very text that was given. */
function mapPrincipals(document: string, replace: (name: string) => string): string {
  const policy = JSON.parse(document) as { Statement: Statement | Statement[] };
  let isChanged = false;
  const mapName = (name: string): string => {
    const replaced = replace(name);
    isChanged ||= replaced !== name;
    return replaced;
  };
  for (const statement of [policy.Statement].flat()) {
    for (const element of ELEMENTS) {
      const principal = statement[element] as { AWS?: string | string[] } | '*' | undefined;
      if (typeof principal !== 'object' || principal.AWS === undefined) continue;
      principal.AWS = Array.isArray(principal.AWS) ? principal.AWS.map(mapName) : mapName(principal.AWS);
    }
  }
  return isChanged ? JSON.stringify(policy) : document;
}
