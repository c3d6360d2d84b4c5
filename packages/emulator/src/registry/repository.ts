import type { Repository } from '@aws-sdk/client-ecr';
import type { Scope } from '../store/items.ts';
import type { Store } from '../store/open-store.ts';
import { repositoryNotFound } from './errors.ts';
import { isBlobReferenced, releaseBlob } from './layer.ts';
import { idIn, kindOf, repositoryArn, repositoryUri, restOf, type RegistryKind, type RegistryServices } from './names.ts';
import type { UploadItem } from './upload.ts';

/** A repository as it is stored. */
export interface RepositoryItem {
  name: string;
  createdAt: string;
  imageTagMutability: NonNullable<Repository['imageTagMutability']>;
  exclusionFilters?: string[];
  scanOnPush: boolean;
  encryptionType: 'AES256' | 'KMS' | 'KMS_DSSE';
  kmsKey?: string;
  lifecyclePolicyText?: string;
  tags: { Key: string; Value: string }[];
}

export function findRepository(store: Store, scope: Scope, name: string): RepositoryItem | undefined {
  return store.items.get<RepositoryItem>(kindOf('repository', scope), scope, name);
}

export function requireRepository(store: Store, scope: Scope, name: string): RepositoryItem {
  const repository = findRepository(store, scope, name);
  if (!repository) throw repositoryNotFound(scope, name);
  return repository;
}

export function saveRepository(store: Store, scope: Scope, repository: RepositoryItem): void {
  store.items.put(kindOf('repository', scope), scope, repository.name, repository);
}

/** Removes a repository with all that is in it. Blobs that no other repository holds are deleted. */
export async function deleteRepository({ store, blobs }: RegistryServices, scope: Scope, name: string): Promise<void> {
  const { items } = store;
  const idsOf = (kind: RegistryKind) => items.list(kindOf(kind, scope), scope, { prefix: idIn(name, '') }).map(({ id }) => id);
  const digests = idsOf('layer').map(restOf);
  const uploads = items.list<UploadItem>(kindOf('upload', scope), scope, { prefix: idIn(name, '') });
  store.transaction(() => {
    for (const kind of ['image', 'manifest', 'tag', 'upload'] as const) {
      for (const id of idsOf(kind)) items.delete(kindOf(kind, scope), scope, id);
    }
    for (const digest of digests) releaseBlob(store, scope, name, digest);
    items.delete(kindOf('repository', scope), scope, name);
  });
  for (const digest of digests) blobs.collect(digest, () => isBlobReferenced(store, digest));
  await Promise.all(uploads.map(({ id }) => blobs.uploads.discard(restOf(id))));
}

/** What the answers of ECR say of a repository. */
export function describeRepository(scope: Scope, repository: RepositoryItem): Repository {
  return {
    repositoryArn: repositoryArn(scope, repository.name),
    registryId: scope.accountId,
    repositoryName: repository.name,
    repositoryUri: repositoryUri(scope, repository.name),
    createdAt: new Date(repository.createdAt),
    imageTagMutability: repository.imageTagMutability,
    ...(repository.exclusionFilters
      ? { imageTagMutabilityExclusionFilters: repository.exclusionFilters.map((filter) => ({ filterType: 'WILDCARD' as const, filter })) }
      : {}),
    imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
    encryptionConfiguration: { encryptionType: repository.encryptionType, ...(repository.kmsKey ? { kmsKey: repository.kmsKey } : {}) },
  };
}
