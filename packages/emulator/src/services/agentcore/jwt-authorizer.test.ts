import { expect, test } from 'vitest';
import { refusedClaim, type JwtAuthorizer } from './jwt-authorizer.ts';

const discoveryUrl = 'https://as.example/.well-known/openid-configuration';
const rule = (name: string, type: 'STRING' | 'STRING_ARRAY', operator: 'EQUALS' | 'CONTAINS' | 'CONTAINS_ANY', value: string | string[]) =>
  ({
    inboundTokenClaimName: name,
    inboundTokenClaimValueType: type,
    authorizingClaimMatchValue: {
      claimMatchOperator: operator,
      claimMatchValue: typeof value === 'string' ? { matchValueString: value } : { matchValueStringList: value },
    },
  }) as NonNullable<JwtAuthorizer['customClaims']>[number];

test.each<[string, Partial<JwtAuthorizer>, Record<string, unknown>, string | undefined]>([
  ['nothing is asked', {}, {}, undefined],
  ['one of several audiences fits', { allowedAudience: ['a', 'b'] }, { aud: ['x', 'b'] }, undefined],
  ['the audience is another', { allowedAudience: ['a'] }, { aud: 'ab' }, 'aud'],
  ['there is no audience', { allowedAudience: ['a'] }, {}, 'aud'],
  ['the client fits', { allowedClients: ['c'] }, { client_id: 'c' }, undefined],
  ['the client is another', { allowedClients: ['c'] }, { client_id: 'd' }, 'client_id'],
  ['the client is a list', { allowedClients: ['c'] }, { client_id: ['c'] }, 'client_id'],
  ['there is no client', { allowedClients: ['c'] }, {}, 'client_id'],
  ['one scope of several is there', { allowedScopes: ['r', 'w'] }, { scope: 'openid w' }, undefined],
  ['scopes are a list', { allowedScopes: ['w'] }, { scp: ['r', 'w'] }, undefined],
  ['a scope only begins alike', { allowedScopes: ['w'] }, { scope: 'write' }, 'scope'],
  ['all of several rules must hold', { allowedClients: ['c'], allowedScopes: ['w'] }, { client_id: 'c' }, 'scope'],
  ['a text is equal', { customClaims: [rule('team', 'STRING', 'EQUALS', 'x')] }, { team: 'x' }, undefined],
  ['a text is a list instead', { customClaims: [rule('team', 'STRING', 'EQUALS', 'x')] }, { team: ['x'] }, 'team'],
  ['a list contains', { customClaims: [rule('groups', 'STRING_ARRAY', 'CONTAINS', 'x')] }, { groups: ['y', 'x'] }, undefined],
  ['a text is no list that contains', { customClaims: [rule('groups', 'STRING_ARRAY', 'CONTAINS', 'x')] }, { groups: 'x' }, 'groups'],
  [
    'a list contains one of these',
    { customClaims: [rule('groups', 'STRING_ARRAY', 'CONTAINS_ANY', ['x', 'z'])] },
    { groups: ['z'] },
    undefined,
  ],
  [
    'a list contains none of these',
    { customClaims: [rule('groups', 'STRING_ARRAY', 'CONTAINS_ANY', ['x', 'z'])] },
    { groups: ['y'] },
    'groups',
  ],
  [
    'the second rule does not hold',
    { customClaims: [rule('a', 'STRING', 'EQUALS', '1'), rule('b', 'STRING', 'EQUALS', '2')] },
    { a: '1', b: '1' },
    'b',
  ],
])('when %s', (_case, authorizer, claims, refused) => {
  expect(refusedClaim({ discoveryUrl, ...authorizer }, claims)).toBe(refused);
});
