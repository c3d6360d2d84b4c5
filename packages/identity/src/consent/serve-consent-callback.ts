import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { orAborted, throwIfAborted } from '../abort.ts';
import type { CallOptions } from '../aws/call.ts';
import { IdentityError } from '../errors.ts';
import type { IdentityClient } from '../identity-client.ts';
import { lazyClient } from '../lazy-client.ts';
import type { UserIdentifier } from '../tokens/complete-resource-token-auth.ts';
import { failureOf, resultOf, type CallbackFailure } from './callback-failure.ts';
import { sendCallbackPage } from './callback-page.ts';
import { openBrowser } from './open-browser.ts';
import { readCallback } from './read-callback.ts';

export interface ConsentCallbackOptions {
  /** Who is asked for consent: the id or token that the workload access token is made with. Default: the user of local development. */
  user?: UserIdentifier;
  /** Default: a client of its own, made from the environment. */
  identity?: Pick<IdentityClient, 'completeResourceTokenAuth' | 'localWorkload'>;
  /** TCP port on 127.0.0.1. Default: any free one. A fixed one lets `allowedResourceOauth2ReturnUrls` be set beforehand. */
  port?: number;
  /** Default: `/oauth2/callback`. */
  path?: string;
  /** Shows the link. Default: opens the browser, and where there is none prints the link to standard error. */
  onAuthUrl?: (authorizationUrl: string) => unknown;
}

/** A callback that is being served. Close it, or leave it to `await using`. */
export interface ConsentCallback extends AsyncDisposable {
  /** The workload identity must allow it: `updateWorkloadIdentity({ name, allowedResourceOauth2ReturnUrls: [url] })`. */
  url: string;
  /** To be spread into `requiresAccessToken` or `getToken`: where to come back to, the state that proves it, and who shows the link. */
  consent: { callbackUrl: string; customState: string; onAuthUrl: (authorizationUrl: string) => Promise<void> };
  /** Settles with the next browser that comes back: bound, or why not (AUTHORIZATION_FAILED, CALLBACK_FAILED, or the error of CompleteResourceTokenAuth). */
  completed(options?: CallOptions): Promise<void>;
  close(): Promise<void>;
}

/**
 * Serves the session-binding callback on loopback: what an application does on its own web site, for a developer's machine.
 *
 * The browser that comes back is taken for the user's own, because it is on the user's machine. Requests without the random state, from other
 * hosts' pages or for another path are refused and bind nothing.
 *
 * @throws IdentityError CALLBACK_FAILED where the port cannot be listened on
 */
export async function serveConsentCallback(options: ConsentCallbackOptions = {}): Promise<ConsentCallback> {
  const { port = 0, path = '/oauth2/callback', onAuthUrl = showLink } = options;
  const client = lazyClient(options.identity);
  const state = randomBytes(24).toString('base64url');
  const waiting = new Set<{ resolve: () => void; reject: (error: unknown) => void }>();
  const settle = (finish: (waiter: { resolve: () => void; reject: (error: unknown) => void }) => void): void => {
    for (const waiter of waiting) finish(waiter);
    waiting.clear();
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const callback = readCallback(request, { path, state });
    if (callback.kind === 'refused') return sendCallbackPage(request, response, callback.result, callback.status);
    const failure = callback.kind === 'session' ? await complete(callback.sessionUri) : failureOf(callback);
    await sendCallbackPage(request, response, failure?.result ?? 'done');
    settle(({ resolve, reject }) => (failure ? reject(failure.reason) : resolve()));
  };
  const complete = async (sessionUri: string): Promise<CallbackFailure | undefined> => {
    try {
      const user = options.user ?? { userId: (await client().localWorkload()).userId };
      await client().completeResourceTokenAuth({ ...user, sessionUri });
      return undefined;
    } catch (reason) {
      return { result: resultOf(reason), reason };
    }
  };

  // Loaded here and not above: `node:http` brings all of fetch with it, which an agent that asks nobody for consent should not wait for.
  const { createServer } = await import('node:http');
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new IdentityError(
          'CALLBACK_FAILED',
          `The callback cannot be served on 127.0.0.1:${port}. Is the port taken? Choose another, or leave it out.`,
          { cause },
        ),
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;

  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
    settle(({ reject }) => reject(new IdentityError('ABORTED', 'The callback was closed before the browser came back.')));
  };
  return {
    url,
    consent: { callbackUrl: url, customState: state, onAuthUrl: async (link) => void (await onAuthUrl(link)) },
    async completed({ signal } = {}) {
      throwIfAborted(signal);
      const result = new Promise<void>((resolve, reject) => waiting.add({ resolve, reject }));
      // Not every caller still listens when the answer comes.
      result.catch(() => {});
      return orAborted(result, signal);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function showLink(authorizationUrl: string): Promise<void> {
  try {
    await openBrowser(authorizationUrl);
  } catch (error) {
    if (!(error instanceof IdentityError) || error.code !== 'BROWSER_FAILED') throw error;
    process.stderr.write(`Open this link in a browser on this machine to give your consent:\n${authorizationUrl}\n`);
  }
}
