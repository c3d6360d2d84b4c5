import type { Provider } from 'oidc-provider';
import type { VendorInfo } from './vendor-info.ts';

/** What to call a client on a page; nothing for the client that is registered from the start, which has a name in every language. */
export async function clientNameOf(
  provider: Provider,
  info: VendorInfo,
  clientId: string,
  { namelessClient }: { namelessClient: string },
): Promise<{ clientName?: string }> {
  if (clientId === info.clientId) return {};
  return { clientName: (await provider.Client.find(clientId))?.clientName ?? namelessClient };
}
