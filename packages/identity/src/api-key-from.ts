import { lazyClient } from './lazy-client.ts';
import type { RequiresApiKeyOptions } from './requires-api-key.ts';

/**
 * A function that answers with the provider's API key, for clients that take one: Strands' `new OpenAIModel({ apiKey: apiKeyFrom(...) })` and the
 * OpenAI client ask it on every request. Nothing is fetched before that, and nothing is kept.
 *
 * The function throws what `IdentityClient.getApiKey` throws.
 */
export function apiKeyFrom({ providerName, identity, signal }: Omit<RequiresApiKeyOptions, 'into'>): () => Promise<string> {
  const client = lazyClient(identity);
  return () => client().getApiKey({ providerName, ...(signal && { signal }) });
}
