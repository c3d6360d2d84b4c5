import type { Tag } from '@aws-sdk/client-iam';
import { AwsError } from '../../../gateway/aws-error.ts';
import type { OperationContext, Permission } from '../../../gateway/operation.ts';
import type { Store } from '../../../store/open-store.ts';
import { iamScope } from '../iam-scope.ts';
import { noSuchEntity } from '../role.ts';
import { tagKeys } from '../tags.ts';

export const POLICY = 'iam-policy';

/** A customer managed policy as it is stored, all its versions included. */
export interface PolicyItem {
  policyName: string;
  policyId: string;
  path: string;
  arn: string;
  createDate: string;
  /** When its youngest version was made, whether that is still there or not. */
  updateDate: string;
  description?: string;
  tags: Tag[];
  /** The one that decides. */
  defaultVersionId: string;
  /** Numbers of versions that were deleted are not used again. */
  lastVersion: number;
  /** The oldest first. */
  versions: PolicyVersionItem[];
}

export interface PolicyVersionItem {
  versionId: string;
  document: string;
  createDate: string;
}

const ARN = /^arn:aws[a-z-]*:iam::(?<owner>aws|\d{12}):policy\/(?:[\u0021-\u007E]+\/)?(?<name>[\w+=,.@-]+)$/;
/** White space not counted. */
const MAX_CHARACTERS = 6144;

/** Whose a policy is, an account's or `aws`, and its name: or undefined for what is no ARN of a policy. */
export function readPolicyArn(arn: string): { owner: string; name: string } | undefined {
  const { owner, name } = ARN.exec(arn)?.groups ?? {};
  return owner === undefined || name === undefined ? undefined : { owner, name };
}

/** The account's own policy of that ARN. One of another account is not found: it cannot be attached either. */
export function findPolicy(store: Store, accountId: string, arn: string): PolicyItem | undefined {
  const read = readPolicyArn(arn);
  if (read?.owner !== accountId) return undefined;
  const policy = store.items.get<PolicyItem>(POLICY, iamScope(accountId), read.name);
  return policy?.arn === arn ? policy : undefined;
}

/** The account's own policy, to be changed. AWS's policies cannot be, whoever asks. */
export function requireOwnPolicy({ emulator, accountId, principal }: OperationContext, arn: string, action: string): PolicyItem {
  const read = checkPolicyArn(arn);
  if (read.owner === 'aws') {
    throw new AwsError(
      'AccessDenied',
      403,
      `User: ${principal.arn} is not authorized to perform: iam:${action} on resource: policy ${arn}`,
    );
  }
  const policy = findPolicy(emulator.store, accountId, arn);
  if (!policy) throw noSuchEntity(`Policy ${arn} was not found.`);
  return policy;
}

/** What operations on one policy ask for, with its tags. */
export function policyAccess({ emulator, accountId }: OperationContext, arn: string, keys: Permission['context'] = {}): Permission[] {
  const tags = findPolicy(emulator.store, accountId, arn)?.tags ?? [];
  return [{ resources: [arn], context: { ...tagKeys(tags), ...keys } }];
}

export function savePolicy({ emulator, accountId }: OperationContext, policy: PolicyItem): void {
  emulator.store.items.put(POLICY, iamScope(accountId), policy.policyName, policy);
}

export function checkPolicyArn(arn: string): { owner: string; name: string } {
  const read = readPolicyArn(arn);
  // Two spaces: so AWS has it.
  if (!arn.startsWith('arn:')) throw new AwsError('ValidationError', 400, 'Invalid ARN:  Could not be parsed!');
  if (!read) throw new AwsError('InvalidInput', 400, `ARN ${arn} is not valid.`);
  return read;
}

export function checkSize(document: string): void {
  if (document.replaceAll(/\s/g, '').length > MAX_CHARACTERS)
    throw new AwsError('LimitExceeded', 409, `Cannot exceed quota for PolicySize: ${MAX_CHARACTERS}`);
}

export function findVersion<Version extends { versionId: string }>(
  policy: { arn: string; versions: readonly Version[] },
  versionId: string,
): Version {
  const version = policy.versions.find((one) => one.versionId === versionId);
  if (!version) throw noSuchEntity(`Policy ${policy.arn} version ${versionId} does not exist or is not attachable.`);
  return version;
}
