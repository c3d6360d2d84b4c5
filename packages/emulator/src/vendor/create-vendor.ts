import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Client, Provider } from 'oidc-provider';
import { isLoopbackUrl } from '../loopback-url.ts';
import type { Store } from '../store/open-store.ts';
import { createAccountPage } from './account-page.ts';
import { configureProvider } from './configure-provider.ts';
import { sweepVendor } from './create-adapter.ts';
import { createNotesApi } from './create-notes-api.ts';
import { registerExchangeGrants } from './exchange-grants.ts';
import { createInteractions } from './interactions.ts';
import { VENDOR_PATH, type VendorInfo } from './vendor-info.ts';
import { vendorKeys } from './vendor-keys.ts';
import { createTokenVerifier } from './verify-token.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The third party: a certified authorization server, and an API that wants its tokens. */
export interface Vendor {
  matches(path: string): boolean;
  handle: Handler;
}

export function createVendor(options: {
  store: Store;
  now: () => Date;
  endpoint: string;
  info: VendorInfo;
  onFault(error: unknown, operation: string): void;
}): Vendor {
  let started: Promise<Handler> | undefined;
  return {
    matches: (path) => path.startsWith(`${VENDOR_PATH}/`),
    async handle(request, response) {
      // The server takes longer to load than the whole emulator to start: it is made when somebody first asks for it.
      started ??= startVendor(options).catch((error: unknown) => {
        started = undefined;
        throw error;
      });
      const handler = await started;
      await handler(request, response);
    },
  };
}

async function startVendor({ store, now, endpoint, info, onFault }: Parameters<typeof createVendor>[0]): Promise<Handler> {
  const [oidc, keys] = await Promise.all([import('oidc-provider'), vendorKeys(store)]);
  sweepVendor(store, now());
  const callbackBase = `${endpoint}/identities/oauth2/callback`;
  const provider = new oidc.Provider(`${endpoint}${VENDOR_PATH}`, configureProvider(oidc, { store, now, info, keys, callbackBase }));
  allowLoopbackRedirects(provider, info.clientId);
  // Without a listener koa prints a stack for every client that hangs up.
  (provider as EventEmitter).on('error', (error: NodeJS.ErrnoException) => {
    if (!/^(?:ECONNRESET|EPIPE|ERR_STREAM_|HPE_)/.test(error.code ?? '')) onFault(error, 'vendor');
  });
  provider.on('server_error', (_ctx, error) => onFault(error, 'vendor'));
  const verify = await createTokenVerifier(provider, keys.signing, now);
  registerExchangeGrants(provider, { errors: oidc.errors, info, verify });
  const interactions = createInteractions(provider, info);
  const account = createAccountPage(provider, { store, now, info });
  const notes = createNotesApi(store, verify, info.apiUrl);
  const authorizationServer = provider.callback();

  return async (request, response) => {
    const whole = request.url ?? '/';
    const url = whole.slice(VENDOR_PATH.length);
    const path = url.split('?', 1)[0]!;
    if (path.startsWith('/api/')) return notes(request, response, path.slice('/api'.length));
    // How oidc-provider finds out below which path it is mounted.
    Object.assign(request, { originalUrl: whole, url });
    if (path === '/account') return account(request, response);
    if (path.startsWith('/interaction/')) return interactions(request, response);
    return void (await authorizationServer(request, response));
  };
}

/**
 * The client that is registered from the start may send the browser back to any address on this machine: the service's callback has an id that
 * nobody knows beforehand, and RFC 8252 (section 7.3) has ports on loopback vary. Clients that register themselves are held to what they gave.
 */
function allowLoopbackRedirects(provider: Provider, clientId: string): void {
  const prototype = provider.Client.prototype as Client;
  const listed = prototype.redirectUriAllowed;
  prototype.redirectUriAllowed = function redirectUriAllowed(this: Client, uri: string): boolean {
    return listed.call(this, uri) || (this.clientId === clientId && uri.startsWith('http://') && isLoopbackUrl(uri));
  };
}
