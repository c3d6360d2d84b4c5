import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import { readBody } from '../gateway/read-body.ts';
import { sendPage } from '../html/page.ts';
import type { Store } from '../store/open-store.ts';
import { clientNameOf } from './client-name.ts';
import { listGrants, revokeGrant } from './grants.ts';
import { sendProblem } from './send-problem.ts';
import type { VendorInfo } from './vendor-info.ts';
import { createVendorPages } from './vendor-pages.ts';

/** Where a user of the vendor sees what they have allowed, takes it back, and signs out. */
export function createAccountPage(
  provider: Provider,
  { store, now, info }: { store: Store; now: () => Date; info: VendorInfo },
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const pages = createVendorPages(request.headers);
    const session = await provider.Session.get(provider.createContext(request, response) as never);
    const user = session.accountId;
    if (user === undefined) return sendPage(response, 200, pages.notSignedIn());
    if (request.method === 'POST') {
      // The other ports of this machine are the same site to a browser, but another origin.
      if (request.headers.origin !== `http://${request.headers.host}`) return sendProblem(request, response, 'foreignForm');
      const form = new URLSearchParams((await readBody(request, 10_000)).toString('utf8'));
      if (form.get('action') === 'sign-out') {
        await session.destroy();
        return sendPage(response, 200, pages.signedOut());
      }
      const own = listGrants(store, now(), user).find(({ id }) => id === form.get('grant'));
      if (own) await revokeGrant(provider, own.id);
    }
    const grants = await Promise.all(
      listGrants(store, now(), user).map(async ({ id, clientId, scopes, since }) => ({
        id,
        scopes,
        since: `${new Date(since * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
        ...(await clientNameOf(provider, info, clientId, pages.texts)),
      })),
    );
    return sendPage(response, 200, pages.account({ user, grants }));
  };
}
