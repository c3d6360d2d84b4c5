import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import { readBody } from '../gateway/read-body.ts';
import { escapeHtml, renderPage, sendPage, type Piece } from '../html/page.ts';
import type { Store } from '../store/open-store.ts';
import { listGrants, revokeGrant, type GivenPermission } from './grants.ts';
import { describeScope } from './vendor-scopes.ts';

/** Where a user of the vendor sees what they have allowed, takes it back, and signs out. */
export function createAccountPage(
  provider: Provider,
  store: Store,
  now: () => Date,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const session = await provider.Session.get(provider.createContext(request, response) as never);
    const accountId = session.accountId;
    if (accountId === undefined) return sendPage(response, 200, renderPage('Your account', [{ text: 'You are not signed in.' }]));
    if (request.method === 'POST') {
      // The other ports of this machine are the same site to a browser, but another origin.
      if (request.headers.origin !== `http://${request.headers.host}`)
        return sendPage(response, 403, renderPage('This did not work', [{ text: 'The form is not one of this page.' }]));
      const form = new URLSearchParams((await readBody(request, 10_000)).toString('utf8'));
      if (form.get('action') === 'sign-out') {
        await session.destroy();
        return sendPage(response, 200, renderPage('Your account', [{ text: 'You have signed out.' }]));
      }
      const own = listGrants(store, now(), accountId).find(({ id }) => id === form.get('grant'));
      if (own) await revokeGrant(provider, own.id);
    }
    const grants = listGrants(store, now(), accountId);
    const pieces: Piece[] = [
      { text: `You are signed in as ${accountId}.` },
      {
        html:
          grants.length === 0
            ? '<p>No application may act in your name.</p>'
            : `<ul>${(await Promise.all(grants.map(item))).join('\n')}</ul>`,
      },
      { html: '<form method="post"><button name="action" value="sign-out">Sign out</button></form>' },
    ];
    return sendPage(response, 200, renderPage('Your account', pieces));
  };

  async function item({ id, clientId, scopes, since }: GivenPermission): Promise<string> {
    const name = (await provider.Client.find(clientId))?.clientName ?? clientId;
    const may = scopes.map((scope) => `${escapeHtml(describeScope(scope))} <code>${escapeHtml(scope)}</code>`).join(', ');
    return `<li><form method="post">${escapeHtml(name)}: ${may}, since ${new Date(since * 1000).toISOString()}
<input type="hidden" name="grant" value="${escapeHtml(id)}"><button name="action" value="revoke">Revoke</button></form></li>`;
  }
}
