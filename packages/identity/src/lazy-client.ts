import { IdentityClient } from './identity-client.ts';

/** The given client, or one from the environment as it is at the first call: wrapping a function at module load must need no environment. */
export function lazyClient<Client>(given: Client | undefined): () => Client | IdentityClient {
  let own: IdentityClient | undefined;
  return () => given ?? (own ??= new IdentityClient());
}
