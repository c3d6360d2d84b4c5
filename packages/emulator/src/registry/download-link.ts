import type { Scope } from '../store/items.ts';
import type { RegistryServices } from './names.ts';

/** One blob of one repository. */
export interface Download {
  registry: Scope;
  name: string;
  digest: string;
}

const PURPOSE = 'ecr-download';
const LIFETIME_MS = 60 * 60 * 1000;

/** Where GetDownloadUrlForLayer sends its callers: an URL that needs no login and works for an hour. No repository can have its name. */
export const DOWNLOADS = '/v2/_downloads/';

export function issueDownloadLink({ store, endpoint, now }: RegistryServices, download: Download): string {
  return `${endpoint}${DOWNLOADS}${store.sealer.seal(JSON.stringify({ ...download, expiresAt: now().getTime() + LIFETIME_MS }), PURPOSE)}`;
}

export function openDownloadLink({ store, now }: RegistryServices, token: string): Download | undefined {
  const text = store.sealer.open(token, PURPOSE);
  if (text === undefined) return undefined;
  const { expiresAt, ...download } = JSON.parse(text) as Download & { expiresAt: number };
  return expiresAt <= now().getTime() ? undefined : download;
}
