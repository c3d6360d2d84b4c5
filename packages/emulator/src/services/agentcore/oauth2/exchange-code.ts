import type { EmulatorServices } from '../../../emulator-services.ts';
import { toVaultToken } from './freshness.ts';
import { callbackUrl, readClientSecret, type Oauth2ProviderItem } from './provider.ts';
import { requestToken } from './request-token.ts';
import { openSecrets, saveSession, type AuthorizationSession } from './session.ts';
import { saveToken } from './vault.ts';
import { validation } from '../errors.ts';
import { VendorError, vendorFailure } from './vendor-error.ts';

/** Turns the vendor's code into tokens, in the vault of the user whom the session is bound to. A code is good once, so this runs once. */
export function exchangeCode(
  emulator: EmulatorServices,
  provider: Oauth2ProviderItem,
  id: string,
  session: AuthorizationSession,
): Promise<void> {
  const { store, oauth2, now } = emulator;
  return oauth2.once(`code ${id}`, async () => {
    const secrets = openSecrets(store, id, session);
    const fail = () => saveSession(store, id, { ...session, status: 'FAILED', failure: 'vendor' });
    if (provider.uuid !== session.providerUuid) {
      fail();
      throw validation(`The credential provider '${provider.name}' was deleted and made again since the user was asked.`);
    }
    try {
      const client = { clientId: provider.config.clientId, clientSecret: readClientSecret(store, session, provider) };
      const answer = await requestToken(await oauth2.endpointsOf(provider), client, [
        ['grant_type', 'authorization_code'],
        ['code', secrets.code ?? ''],
        ['redirect_uri', callbackUrl(emulator, provider)],
        ['code_verifier', secrets.codeVerifier],
        ...session.resources.map((resource) => ['resource', resource] as const),
      ]);
      store.transaction(() => {
        saveToken(store, { ...session, flow: 'USER_FEDERATION' }, toVaultToken(answer, now()));
        saveSession(store, id, { ...session, status: 'COMPLETE', sealed: '' });
      });
    } catch (error) {
      if (!(error instanceof VendorError)) throw error;
      // A server that did not answer may do so next time; one that refused will not change its mind.
      if (error.code !== 'unreachable') fail();
      throw vendorFailure(provider.name, error);
    }
  });
}
