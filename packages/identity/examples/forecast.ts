import { requiresApiKey } from '@agentcore-tutorials/identity';

/** What the server already does, with a key that its callers no longer pass. */
export const forecast = requiresApiKey({ providerName: 'weather' }, async ({ apiKey, city }: { apiKey: string; city: string }) => {
  return `${city}: asked with a key of ${apiKey.length} characters`;
});
