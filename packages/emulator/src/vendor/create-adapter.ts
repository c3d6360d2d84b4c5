import { createHash } from 'node:crypto';
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';
import type { Store } from '../store/open-store.ts';

const SCOPE = { accountId: '-', region: 'global' };
const INDEX = 'vendor-index';

interface Kept {
  /** The payload. Names of items are tokens and cookies, so neither is in the state in clear. */
  sealed: string;
  /** Milliseconds since 1970. */
  expiresAt?: number;
}

/** Keeps what the authorization server has issued in the emulator's state. */
export function createAdapter(store: Store, now: () => Date): AdapterFactory {
  return (model) => {
    const kind = `vendor-${model}`;
    const purpose = (id: string) => `${kind}:${id}`;

    const read = (id: string): AdapterPayload | undefined => {
      const kept = store.items.get<Kept>(kind, SCOPE, id);
      if (!kept) return undefined;
      if (kept.expiresAt !== undefined && kept.expiresAt <= now().getTime()) {
        store.items.delete(kind, SCOPE, id);
        return undefined;
      }
      const text = store.sealer.open(kept.sealed, purpose(id));
      return text === undefined ? undefined : (JSON.parse(text) as AdapterPayload);
    };
    const write = (id: string, payload: AdapterPayload, expiresAt: number | undefined) =>
      store.items.put(kind, SCOPE, id, {
        sealed: store.sealer.seal(JSON.stringify(payload), purpose(id)),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      } satisfies Kept);
    const linkTo = (name: string, value: string) => `${kind}/${name}/${digest(value)}`;

    const adapter: Adapter = {
      async upsert(name, payload, expiresIn) {
        const id = digest(name);
        store.transaction(() => {
          write(id, payload, expiresIn === undefined ? undefined : now().getTime() + expiresIn * 1000);
          if (payload.uid) store.items.put(INDEX, SCOPE, linkTo('uid', payload.uid), { id });
          if (payload.grantId) store.items.put(INDEX, SCOPE, `${linkTo('grant', payload.grantId)}/${id}`, { id });
        });
      },
      find: async (name) => read(digest(name)),
      async findByUid(uid) {
        const link = store.items.get<{ id: string }>(INDEX, SCOPE, linkTo('uid', uid));
        return link && read(link.id);
      },
      // For device codes, which are not offered.
      findByUserCode: async () => undefined,
      async consume(name) {
        const id = digest(name);
        const payload = read(id);
        const expiresAt = store.items.get<Kept>(kind, SCOPE, id)?.expiresAt;
        if (payload) write(id, { ...payload, consumed: Math.floor(now().getTime() / 1000) }, expiresAt);
      },
      destroy: async (name) => void store.items.delete(kind, SCOPE, digest(name)),
      async revokeByGrantId(grantId) {
        for (const { id: link, value } of store.items.list<{ id: string }>(INDEX, SCOPE, { prefix: `${linkTo('grant', grantId)}/` })) {
          store.items.delete(kind, SCOPE, value.id);
          store.items.delete(INDEX, SCOPE, link);
        }
      },
    };
    return adapter;
  };
}

/** Every payload of a kind that has not ended. For what a user may see of their own: the server itself finds things by their names only. */
export function readAll(store: Store, now: Date, model: string): AdapterPayload[] {
  const kind = `vendor-${model}`;
  return store.items
    .all<Kept>(kind)
    .filter(({ value }) => value.expiresAt === undefined || value.expiresAt > now.getTime())
    .flatMap(({ id, value }) => {
      const text = store.sealer.open(value.sealed, `${kind}:${id}`);
      return text === undefined ? [] : [JSON.parse(text) as AdapterPayload];
    });
}

/** Drops what has ended, and what pointed to it. Run when the vendor starts. */
export function sweepVendor(store: Store, now: Date): void {
  store.transaction(() => {
    const kinds = store.items.kinds().filter((kind) => /^vendor-[A-Z]/.test(kind));
    for (const kind of kinds) {
      for (const { id, value } of store.items.all<Kept>(kind)) {
        if (value.expiresAt !== undefined && value.expiresAt <= now.getTime()) store.items.delete(kind, SCOPE, id);
      }
    }
    for (const { id: link, value } of store.items.all<{ id: string }>(INDEX)) {
      if (!store.items.get(link.split('/', 1)[0]!, SCOPE, value.id)) store.items.delete(INDEX, SCOPE, link);
    }
  });
}

function digest(name: string): string {
  return createHash('sha256').update(name).digest('base64url');
}
