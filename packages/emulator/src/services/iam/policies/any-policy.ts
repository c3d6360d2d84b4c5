import { createHash } from 'node:crypto';
import type { OperationContext } from '../../../gateway/operation.ts';
import { managedPolicies, managedPolicy } from '../../../iam/managed-policies.ts';
import type { Store } from '../../../store/open-store.ts';
import { iamScope } from '../iam-scope.ts';
import { noSuchEntity } from '../role.ts';
import { checkPolicyArn, findPolicy, POLICY, type PolicyItem, type PolicyVersionItem } from './policy.ts';

/** A policy of the account or of AWS. When AWS made its own is not known here. */
export interface AnyPolicy extends Omit<PolicyItem, 'createDate' | 'updateDate' | 'versions'> {
  createDate?: string;
  updateDate?: string;
  versions: (Omit<PolicyVersionItem, 'createDate'> & { createDate?: string })[];
}

/** The document that decides where the policy is attached: of AWS's policies that are known, and of the account's own. */
export function policyDocument(store: Store, accountId: string, arn: string): string | undefined {
  const known = managedPolicy(arn);
  if (known !== undefined) return known;
  const policy = findPolicy(store, accountId, arn);
  return policy?.versions.find(({ versionId }) => versionId === policy.defaultVersionId)?.document;
}

/** Any policy that the account may attach, or NoSuchEntity. */
export function requirePolicy({ emulator, accountId }: OperationContext, arn: string): AnyPolicy {
  checkPolicyArn(arn);
  const policy = awsPolicy(arn) ?? findPolicy(emulator.store, accountId, arn);
  if (!policy) throw noSuchEntity(`Policy ${arn} was not found.`);
  return policy;
}

/** All of them, by their places in lists. */
export function allPolicies(store: Store, accountId: string): Map<string, AnyPolicy> {
  const own = store.items.list<PolicyItem>(POLICY, iamScope(accountId)).map(({ value }): AnyPolicy => value);
  const aws = [...managedPolicies.keys()].map((arn) => awsPolicy(arn)!);
  return new Map([...aws, ...own].map((policy) => [placeOf(policy.arn), policy]));
}

/** A policy's place in a list. Its ARN would be too long for a page's marker. */
export function placeOf(arn: string): string {
  const { owner, name } = checkPolicyArn(arn);
  return `${owner === 'aws' ? 'aws' : 'own'}/${name}`;
}

export function isAwsPolicy(arn: string): boolean {
  return /^arn:aws[a-z-]*:iam::aws:/.test(arn);
}

/** As it is known here: one version, and an id that is not AWS's, but always the same. */
function awsPolicy(arn: string): AnyPolicy | undefined {
  const document = managedPolicy(arn);
  if (document === undefined) return undefined;
  const digest = createHash('sha256').update(arn).digest('hex').toUpperCase();
  return {
    policyName: arn.slice(arn.lastIndexOf('/') + 1),
    policyId: `ANPA${digest.slice(0, 17)}`,
    path: '/',
    arn,
    tags: [],
    defaultVersionId: 'v1',
    lastVersion: 1,
    versions: [{ versionId: 'v1', document }],
  };
}
