import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { pageHeaders, renderPage, type Page } from '../html/page.ts';
import type { Store } from '../store/open-store.ts';
import { createAdapter } from './create-adapter.ts';
import { EXCHANGE_GRANT, JWT_BEARER_GRANT } from './exchange-grants.ts';
import { ACCESS_TOKEN_SECONDS, resourceServer } from './resource-server.ts';
import type { VendorInfo } from './vendor-info.ts';
import type { VendorKeys } from './vendor-keys.ts';
import { createVendorPages } from './vendor-pages.ts';
import { VENDOR_TEXTS } from './vendor-texts.ts';
import { USERS } from './vendor-users.ts';

type Oidc = typeof import('oidc-provider');

/** How the vendor's authorization server is set up. */
export function configureProvider(
  { errors, interactionPolicy }: Pick<Oidc, 'errors' | 'interactionPolicy'>,
  { store, now, info, keys, callbackBase }: { store: Store; now: () => Date; info: VendorInfo; keys: VendorKeys; callbackBase: string },
): Configuration {
  const { Check, base } = interactionPolicy;
  const policy = base();
  // Consent is asked every time, as vendors do that have no reason to trust a client: who asks less often is the token vault.
  policy
    .get('consent')!
    .checks.add(
      new Check('every_time', 'consent is asked every time', 'consent_required', ({ oidc }) =>
        oidc.result && 'consent' in oidc.result ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT,
      ),
    );
  return {
    adapter: createAdapter(store, now),
    jwks: { keys: [keys.signing as never] },
    cookies: { keys: [keys.cookies], long: { httpOnly: true, sameSite: 'lax' }, short: { httpOnly: true, sameSite: 'lax' } },
    clients: [
      {
        client_id: info.clientId,
        client_secret: info.clientSecret,
        client_name: VENDOR_TEXTS.en.ownClient,
        grant_types: ['authorization_code', 'refresh_token', 'client_credentials', EXCHANGE_GRANT, JWT_BEARER_GRANT],
        redirect_uris: [callbackBase],
        response_types: ['code'],
      },
    ],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    clientBasedCORS: () => false,
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
    findAccount: (_ctx, sub) => {
      const user = Object.hasOwn(USERS, sub) ? USERS[sub] : undefined;
      return user && { accountId: sub, claims: () => ({ sub, name: user.name, email: user.email }) };
    },
    extraTokenClaims: (ctx, token) => extraClaims(ctx, token),
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    interactions: {
      policy,
      url: (_ctx, interaction) => `${new URL(info.apiUrl).pathname.replace(/\/api$/, '')}/interaction/${interaction.uid}`,
    },
    loadExistingGrant: async ({ oidc }) => {
      const grantId = oidc.result?.consent?.grantId;
      return grantId === undefined ? undefined : oidc.provider.Grant.find(grantId);
    },
    pkce: { required: () => true },
    renderError: (ctx, out) => {
      // The description is the server's own, for developers: it is shown as it is, below what a user needs to know.
      const pages = createVendorPages(ctx.req.headers);
      setPage(ctx, pages.failed(pages.texts.cannotContinue, `${out.error}: ${out.error_description ?? ''}`));
    },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      introspection: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      registration: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_ctx, _client, oneOf) => oneOf?.[0] ?? info.apiUrl,
        useGrantedResource: () => true,
        getResourceServerInfo: (ctx, resource) => resourceServer(errors, info, ctx, resource),
      },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => setPage(ctx, createVendorPages(ctx.req.headers).signOut(form)),
        postLogoutSuccessSource: (ctx) => setPage(ctx, createVendorPages(ctx.req.headers).signedOut()),
      },
    },
    ttl: {
      AccessToken: ACCESS_TOKEN_SECONDS,
      AuthorizationCode: 60,
      ClientCredentials: ACCESS_TOKEN_SECONDS,
      Grant: 30 * DAY,
      IdToken: ACCESS_TOKEN_SECONDS,
      Interaction: 3600,
      RefreshToken: 30 * DAY,
      Session: DAY,
    },
  };
}

const DAY = 86_400;

function setPage(ctx: Pick<KoaContextWithOIDC, 'body' | 'set'>, page: Page): void {
  const body = renderPage(page);
  ctx.set(pageHeaders(body));
  ctx.body = body;
}

/** Whose permission a token stands for, so that the API can ask whether it is still given; and who acts in the user's name (RFC 8693). */
function extraClaims({ oidc }: KoaContextWithOIDC, token: object): Record<string, unknown> | undefined {
  if (!('grantId' in token) || token.grantId === undefined) return undefined;
  const exchanged = oidc.params?.['grant_type'] === EXCHANGE_GRANT || oidc.params?.['grant_type'] === JWT_BEARER_GRANT;
  return { grant_id: token.grantId, ...(exchanged ? { act: { sub: oidc.client!.clientId } } : {}) };
}
