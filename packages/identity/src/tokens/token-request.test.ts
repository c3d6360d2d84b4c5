import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loopbackAws } from '../test/loopback-aws.ts';
import { tokenRequest, type AuthFlow, type TokenParameters } from './token-request.ts';

const flow = fc.constantFrom<AuthFlow>('M2M', 'USER_FEDERATION', 'ON_BEHALF_OF_TOKEN_EXCHANGE');
const text = (maxLength: number) => fc.string({ minLength: 1, maxLength, unit: 'grapheme' });
const parameters: fc.Arbitrary<TokenParameters> = fc.record(
  {
    providerName: fc.stringMatching(/^[a-zA-Z0-9\-_]{1,128}$/),
    authFlow: flow,
    scopes: fc.array(text(40)),
    resources: fc.array(text(40)),
    audiences: fc.array(text(40)),
    callbackUrl: fc.oneof(fc.webUrl(), fc.constant('')),
    forceAuthentication: fc.boolean(),
    customState: fc.oneof(text(200), fc.constant('')),
    customParameters: fc.dictionary(fc.stringMatching(/^[a-zA-Z0-9\-_.]{1,40}$/), text(40)),
  },
  { requiredKeys: ['providerName', 'authFlow'] },
);

const WIRE_NAMES = [
  'audiences',
  'customParameters',
  'customState',
  'forceAuthentication',
  'oauth2Flow',
  'resourceCredentialProviderName',
  'resourceOauth2ReturnUrl',
  'resources',
  'scopes',
  'workloadIdentityToken',
];

describe('the wire form of the token parameters', () => {
  test('holds the four fields, whatever else is given, and no empty optional one', () => {
    fc.assert(
      fc.property(parameters, fc.string({ minLength: 1 }), (given, token) => {
        const wire = tokenRequest(given, token);
        expect(wire).toMatchObject({
          resourceCredentialProviderName: given.providerName,
          oauth2Flow: given.authFlow,
          scopes: given.scopes ?? [],
          workloadIdentityToken: token,
        });
        for (const [name, value] of Object.entries(wire)) {
          expect(WIRE_NAMES).toContain(name);
          if (name === 'scopes') continue;
          expect(value === '' || value === false || value === undefined).toBe(false);
          if (typeof value === 'object') expect(Object.keys(value).length).toBeGreaterThan(0);
        }
      }),
    );
  });

  test('keeps every value that is given, in its order', () => {
    fc.assert(
      fc.property(parameters, (given) => {
        const wire = tokenRequest(given, 'wat');
        const back: TokenParameters = {
          providerName: wire.resourceCredentialProviderName ?? '',
          authFlow: given.authFlow,
          scopes: wire.scopes ?? [],
          resources: wire.resources ?? [],
          audiences: wire.audiences ?? [],
          callbackUrl: wire.resourceOauth2ReturnUrl ?? '',
          forceAuthentication: wire.forceAuthentication ?? false,
          customState: wire.customState ?? '',
          customParameters: wire.customParameters ?? {},
        };
        const defaults = {
          scopes: [],
          resources: [],
          audiences: [],
          callbackUrl: '',
          forceAuthentication: false,
          customState: '',
          customParameters: {},
        };
        expect(back).toEqual({ ...defaults, ...given });
      }),
    );
  });

  test('shares no array or object with the parameters', () => {
    const given = { providerName: 'p', authFlow: 'M2M' as const, scopes: ['a'], resources: ['b'], customParameters: { c: 'd' } };
    const wire = tokenRequest(given, 'wat');
    wire.scopes?.push('x');
    wire.resources?.push('x');
    Object.assign(wire.customParameters ?? {}, { x: 'y' });
    expect(given).toEqual({ providerName: 'p', authFlow: 'M2M', scopes: ['a'], resources: ['b'], customParameters: { c: 'd' } });
  });

  test('arrives unchanged through the real client, whatever the characters', async () => {
    await using aws = await loopbackAws();
    aws.on('/identities/oauth2/token', () => ({ accessToken: 'at' }));
    const client = aws.client();
    await fc.assert(
      fc.asyncProperty(parameters, async (given) => {
        await client.getToken({ ...given, workloadIdentityToken: 'wat' });
        expect(aws.requests.at(-1)?.body).toEqual(tokenRequest(given, 'wat'));
      }),
      { numRuns: 60 },
    );
  });
});
