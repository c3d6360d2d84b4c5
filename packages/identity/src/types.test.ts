import { describe, expectTypeOf, test } from 'vitest';
import { requiresAccessToken, requiresApiKey, withApiKey, type IdentityClient, type Oauth2CredentialProviderInput } from './index.ts';

// Checked by the compiler: `tsc` reads this file with all the others.
describe('the types of the injection', () => {
  test('callers no longer pass the key, and pass all the rest', () => {
    const ask = requiresApiKey(
      { providerName: 'p' },
      async ({ apiKey, prompt }: { apiKey: string; prompt: string }, n: number) => apiKey + prompt + n,
    );
    expectTypeOf(ask).returns.toEqualTypeOf<Promise<string>>();
    expectTypeOf(ask).parameter(0).toEqualTypeOf<{ prompt: string }>();
    expectTypeOf(ask).parameter(1).toEqualTypeOf<number>();
    // @ts-expect-error the prompt is missing
    const missing = () => ask({}, 1);
    // @ts-expect-error the key is not the caller's to pass
    const smuggled = () => ask({ prompt: '', apiKey: '' }, 1);
    expectTypeOf([missing, smuggled]).toBeArray();
  });

  test('where only the credential was needed, there is nothing to pass', () => {
    const ask = requiresAccessToken(
      { providerName: 'p', authFlow: 'M2M' },
      async ({ accessToken }: { accessToken: string }) => accessToken.length,
    );
    expectTypeOf(ask).toBeCallableWith();
    expectTypeOf(ask).returns.toEqualTypeOf<Promise<number>>();
  });

  test('optional arguments may be left out', () => {
    const ask = requiresApiKey({ providerName: 'p' }, ({ apiKey, city }: { apiKey: string; city?: string }) => [apiKey, city]);
    expectTypeOf(ask).toBeCallableWith();
    expectTypeOf(ask).toBeCallableWith({ city: 'Seoul' });
  });

  test('a synchronous function becomes asynchronous, and an async generator stays one', () => {
    expectTypeOf(requiresApiKey({ providerName: 'p' }, ({ apiKey }: { apiKey: string }) => apiKey.length)).returns.toEqualTypeOf<
      Promise<number>
    >();
    const stream = requiresApiKey({ providerName: 'p' }, async function* ({ apiKey }: { apiKey: string }) {
      yield apiKey;
    });
    expectTypeOf(stream).returns.toEqualTypeOf<AsyncGenerator<string, void, unknown>>();
  });

  test('the function must take the credential, by the name that `into` gives', () => {
    // @ts-expect-error it takes apiKey, and `into` says token
    const wrongName = () => requiresApiKey({ providerName: 'p', into: 'token' }, ({ apiKey }: { apiKey: string }) => apiKey);
    // @ts-expect-error it takes no credential at all
    const none = () => requiresApiKey({ providerName: 'p' }, ({ prompt }: { prompt: string }) => prompt);
    const right = requiresApiKey({ providerName: 'p', into: 'token' }, ({ token }: { token: string }) => token);
    expectTypeOf([wrongName, none]).toBeArray();
    expectTypeOf(right).returns.toEqualTypeOf<Promise<string>>();
  });

  test('the official wrappers take the last argument away', () => {
    const tool = withApiKey({ providerName: 'p' })(async (city: string, days: number, apiKey: string) => [city, days, apiKey] as const);
    expectTypeOf(tool).parameters.toEqualTypeOf<[city: string, days: number]>();
  });

  test('the vendor decides what a provider is configured with', () => {
    expectTypeOf<{
      name: 'p';
      vendor: 'MicrosoftOauth2';
      config: { clientId: 'i'; clientSecret: 's'; tenantId: 't' };
    }>().toExtend<Oauth2CredentialProviderInput>();
    expectTypeOf<{
      name: 'p';
      vendor: 'CustomOauth2';
      config: { clientId: 'i'; clientSecret: 's' };
    }>().not.toExtend<Oauth2CredentialProviderInput>();
  });

  test('a session is completed with an id or a token, not with both and not with neither', () => {
    type Input = Parameters<IdentityClient['completeResourceTokenAuth']>[0];
    expectTypeOf<{ sessionUri: string; userId: string }>().toExtend<Input>();
    expectTypeOf<{ sessionUri: string }>().not.toExtend<Input>();
    expectTypeOf<{ sessionUri: string; userId: string; userToken: string }>().not.toExtend<Input>();
  });
});
