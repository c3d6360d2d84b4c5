import { randomBytes, randomUUID } from 'node:crypto';
import { AwsError } from '../../gateway/aws-error.ts';
import type { OperationContext } from '../../gateway/operation.ts';
import type { Scope } from '../../store/items.ts';
import type { Store } from '../../store/open-store.ts';
import { checkName } from './secret-name.ts';
import { regionalArn } from '../../partition.ts';

export const SECRET = 'secret';

export interface SecretVersion {
  /** The value as it was given, sealed. `kind` says which member of the answer it belongs to. */
  sealed: string;
  kind: 'string' | 'binary';
  createdDate: string;
  /** The day on which it was last read. */
  lastAccessedDate?: string;
  /** The key that it was encrypted with. Default: the account's own for this service. */
  kmsKeyId?: string;
  /** Its staging labels. A version without any is deprecated. */
  stages: string[];
}

export interface SecretItem {
  arn: string;
  name: string;
  description?: string;
  kmsKeyId?: string;
  createdDate: string;
  lastChangedDate: string;
  lastAccessedDate?: string;
  deletedDate?: string;
  /** The AWS service that manages this secret, for those that AgentCore Identity makes. */
  owningService?: string;
  /** Absent until it gets its first one; empty after the last one was removed. */
  tags?: { Key: string; Value: string }[];
  versions: Record<string, SecretVersion>;
}

export type SecretValue = { string: string } | { binary: Uint8Array };

/** AWS: about 100 versions in all. */
const MAX_DEPRECATED = 100;
const SUFFIX_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export function newSecret(scope: Scope, now: Date, fields: Pick<SecretItem, 'name'> & Partial<SecretItem>): SecretItem {
  const suffix = [...randomBytes(6)].map((byte) => SUFFIX_ALPHABET[byte % SUFFIX_ALPHABET.length]).join('');
  return {
    arn: regionalArn('secretsmanager', scope, `secret:${fields.name}-${suffix}`),
    createdDate: now.toISOString(),
    lastChangedDate: now.toISOString(),
    versions: {},
    ...fields,
  };
}

/** A secret by its name, its ARN, or its ARN without the random suffix. */
export function findSecret(store: Store, scope: Scope, secretId: string): SecretItem | undefined {
  const byName = store.items.get<SecretItem>(SECRET, scope, secretId);
  if (byName || !secretId.startsWith('arn:')) return byName;
  const name = secretId.split(':secret:', 2)[1] ?? '';
  const whole = store.items.get<SecretItem>(SECRET, scope, name.replace(/-[A-Za-z0-9]{6}$/, ''));
  if (whole?.arn === secretId) return whole;
  const partial = store.items.get<SecretItem>(SECRET, scope, name);
  return partial?.arn.startsWith(`${secretId}-`) ? partial : undefined;
}

type SecretContext = Pick<OperationContext, 'emulator' | 'accountId' | 'region'>;

/** A secret as a call names it: an ARN may be of another account, whose policies must then allow it. */
export function findOwnedSecret(context: SecretContext, secretId: string): SecretItem | undefined {
  return findSecret(context.emulator.store, ownerScope(context, secretId), secretId);
}

export function ownerScope({ accountId, region }: Scope, arn: string): Scope {
  const [, owner = accountId] = /^arn:aws[a-z-]*:secretsmanager:[^:]+:(\d{12}):/.exec(arn) ?? [];
  return { accountId: owner, region };
}

export function requireSecret(context: SecretContext, secretId: string, { deleted = false } = {}): SecretItem {
  if (!secretId.startsWith('arn:')) checkName(secretId);
  const secret = findOwnedSecret(context, secretId);
  if (!secret) throw notFound("Secrets Manager can't find the specified secret.");
  if (secret.deletedDate !== undefined && !deleted) {
    throw new AwsError(
      'InvalidRequestException',
      400,
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }
  return secret;
}

/** Callers may read a secret that a service manages, but only that service changes it. */
export function refuseManaged(secret: SecretItem): void {
  if (secret.owningService !== undefined) {
    throw new AwsError(
      'InvalidRequestException',
      400,
      `You can't perform this operation on the secret because it is managed by the service ${secret.owningService}.`,
    );
  }
}

export function saveSecret(store: Store, scope: Scope, secret: SecretItem): void {
  store.items.put(SECRET, ownerScope(scope, secret.arn), secret.name, secret);
}

/** The secret's ARN for the permission check, or the one that its name would have. */
export function secretArn(context: OperationContext, secretId: string): string {
  const { accountId, region } = context;
  const known = findOwnedSecret(context, secretId)?.arn;
  return (
    known ?? (secretId.startsWith('arn:') ? secretId : regionalArn('secretsmanager', { accountId, region }, `secret:${secretId}-??????`))
  );
}

/** The secret with a new current version; the one before becomes AWSPREVIOUS. */
export function withNewVersion(
  store: Store,
  secret: SecretItem,
  value: SecretValue,
  now: Date,
  { versionId = randomUUID() as string, stages: given = ['AWSCURRENT'] } = {},
): SecretItem {
  // The first version is the current one, whatever its labels: a secret with a value always has one.
  const stages = Object.keys(secret.versions).length === 0 ? [...new Set([...given, 'AWSCURRENT'])] : given;
  const [kind, text] =
    'string' in value ? (['string', value.string] as const) : (['binary', Buffer.from(value.binary).toString('base64')] as const);
  const versions: Record<string, SecretVersion> = {};
  const takesCurrent = stages.includes('AWSCURRENT');
  for (const [id, version] of Object.entries(secret.versions)) {
    const kept = version.stages.filter((stage) => !stages.includes(stage) && !(takesCurrent && stage === 'AWSPREVIOUS'));
    if (takesCurrent && version.stages.includes('AWSCURRENT')) kept.push('AWSPREVIOUS');
    versions[id] = { ...version, stages: kept };
  }
  // Deprecated versions are kept for a while: they can still be read by their id.
  const deprecated = Object.keys(versions).filter((id) => versions[id]!.stages.length === 0);
  for (const id of deprecated.slice(0, Math.max(0, deprecated.length - MAX_DEPRECATED))) delete versions[id];
  versions[versionId] = {
    sealed: store.sealer.seal(text, purpose(secret.arn)),
    kind,
    createdDate: now.toISOString(),
    ...(secret.kmsKeyId === undefined ? {} : { kmsKeyId: secret.kmsKeyId }),
    stages,
  };
  return { ...secret, versions, lastChangedDate: now.toISOString() };
}

export function findVersion(
  secret: SecretItem,
  { versionId, stage }: { versionId?: string | undefined; stage?: string | undefined },
): [string, SecretVersion] {
  const named = versionId === undefined || !Object.hasOwn(secret.versions, versionId) ? undefined : secret.versions[versionId];
  if (named && stage !== undefined && !named.stages.includes(stage)) {
    throw new AwsError('InvalidRequestException', 400, 'You provided a VersionStage that is not associated to the provided VersionId.');
  }
  const wanted = stage ?? (versionId === undefined ? 'AWSCURRENT' : undefined);
  const found = Object.entries(secret.versions).find(
    ([id, version]) => (versionId === undefined || id === versionId) && (wanted === undefined || version.stages.includes(wanted)),
  );
  if (!found)
    throw notFound(
      `Secrets Manager can't find the specified secret value for ${versionId === undefined ? `staging label: ${wanted}` : `VersionId: ${versionId}`}`,
    );
  return found;
}

export function readVersion(store: Store, secret: SecretItem, version: SecretVersion): SecretValue {
  const text = store.sealer.open(version.sealed, purpose(secret.arn));
  if (text === undefined) throw new Error(`the value of ${secret.arn} does not open: seal.key was replaced`);
  return version.kind === 'string' ? { string: text } : { binary: Buffer.from(text, 'base64') };
}

function purpose(arn: string): string {
  return `secret:${arn}`;
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', 400, message);
}
