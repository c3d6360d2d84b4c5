import type { Caller } from '../credentials/authenticate.ts';
import type { Scope } from '../store/items.ts';
import type { RegistryServices } from './names.ts';

/** Who speaks to the registry, and whose registry it is. */
export interface Login extends Pick<Caller, 'principal' | 'sessionPolicies'> {
  /** The account and region whose private registry the names in paths belong to. */
  registry: Scope;
}

const PURPOSE = 'ecr-login';
const LIFETIME_MS = 12 * 60 * 60 * 1000;

/** A password for user `AWS`. It carries its own proof, so it survives a restart and ends by itself after 12 hours. */
export function issueLogin({ store, now }: RegistryServices, login: Login): { password: string; expiresAt: Date } {
  const expiresAt = new Date(now().getTime() + LIFETIME_MS);
  return { password: store.sealer.seal(JSON.stringify({ ...login, expiresAt: expiresAt.getTime() }), PURPOSE), expiresAt };
}

/** Who holds a password; `expired` when it was good once; `undefined` when it was not made here. */
export function openLogin({ store, now }: RegistryServices, password: string): Login | 'expired' | undefined {
  const text = store.sealer.open(password, PURPOSE);
  if (text === undefined) return undefined;
  const { expiresAt, ...login } = JSON.parse(text) as Login & { expiresAt: number };
  return expiresAt <= now().getTime() ? 'expired' : login;
}
