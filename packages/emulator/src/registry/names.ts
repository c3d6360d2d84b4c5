import type { EmulatorServices } from '../emulator-services.ts';
import type { Scope } from '../store/items.ts';
import { domainOf, regionalArn } from '../partition.ts';

/** The parts of the emulator that the registry works with. */
export type RegistryServices = Pick<EmulatorServices, 'store' | 'blobs' | 'endpoint' | 'now'>;

/** Where the repositories of the public gallery are: in no account. */
export const PUBLIC: Scope = { accountId: '-', region: '-' };

export type RegistryKind = 'repository' | 'image' | 'manifest' | 'tag' | 'layer' | 'upload';

/** The kind of item in the store: the public gallery has its own, so it is never counted as somebody's resource. */
export function kindOf(kind: RegistryKind, { accountId }: Scope): string {
  return accountId === PUBLIC.accountId ? `ecr-public-${kind}` : `ecr-${kind}`;
}

/** Repository names hold no colon: `name:` is a prefix that belongs to one repository. */
export function idIn(repositoryName: string, rest: string): string {
  return `${repositoryName}:${rest}`;
}

export function restOf(id: string): string {
  return id.slice(id.indexOf(':') + 1);
}

export function repositoryArn(scope: Scope, name: string): string {
  return regionalArn('ecr', scope, `repository/${name}`);
}

export function repositoryUri({ accountId, region }: Scope, name: string): string {
  return `${accountId}.dkr.ecr.${region}.${domainOf(region)}/${name}`;
}

const NAME = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

export function isRepositoryName(name: string): boolean {
  return name.length >= 2 && name.length <= 256 && NAME.test(name);
}

/** The only algorithm that ECR takes. */
export function isDigest(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

/** OCI distribution spec, `<reference>` as a tag. */
export function isTag(text: string): boolean {
  return /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/.test(text);
}
