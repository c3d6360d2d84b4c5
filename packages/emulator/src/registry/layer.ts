import type { Scope } from '../store/items.ts';
import type { Store } from '../store/open-store.ts';
import { idIn, kindOf, PUBLIC } from './names.ts';

/** That a repository holds a blob. Only this makes it readable there: bytes are shared on disk, never between repositories. */
export interface LayerItem {
  size: number;
  pushedAt: string;
}

/** Who holds a blob, by digest: what tells whether its bytes can go. */
const REFERENCE = 'ecr-blob-reference';

export function findLayer(store: Store, scope: Scope, name: string, digest: string): LayerItem | undefined {
  return store.items.get<LayerItem>(kindOf('layer', scope), scope, idIn(name, digest));
}

export function holdBlob(store: Store, scope: Scope, name: string, digest: string, layer: LayerItem): void {
  store.transaction(() => {
    store.items.put(kindOf('layer', scope), scope, idIn(name, digest), layer);
    store.items.put(REFERENCE, PUBLIC, referenceId(scope, name, digest), {});
  });
}

/** The caller collects the blob after its transaction. */
export function releaseBlob(store: Store, scope: Scope, name: string, digest: string): void {
  store.transaction(() => {
    store.items.delete(kindOf('layer', scope), scope, idIn(name, digest));
    store.items.delete(REFERENCE, PUBLIC, referenceId(scope, name, digest));
  });
}

export function isBlobReferenced(store: Store, digest: string): boolean {
  return store.items.list(REFERENCE, PUBLIC, { prefix: `${digest} `, limit: 1 }).length > 0;
}

function referenceId({ accountId, region }: Scope, name: string, digest: string): string {
  return `${digest} ${accountId} ${region} ${name}`;
}
