import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Principal } from '../iam/types.ts';
import { POLICY, type PolicyItem } from '../services/iam/policies/policy.ts';
import { ROLE, type RoleItem } from '../services/iam/role.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { createAuthorizer, type RequestedAccess } from './create-authorizer.ts';

const accountId = '123456789012';
const scope = { accountId, region: 'global' };
const createDate = '2026-01-01T00:00:00Z';

let directory: string;
let store: Store;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'attached-policies-'));
  store = openStore({ directory, ephemeral: true });
});
afterAll(async () => {
  store.close();
  await rm(directory, { recursive: true });
});

// A small world, so that random policies often speak of the random request.
const statement = fc
  .record({
    Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
    action: fc.constantFrom('s3:GetObject', 's3:Get*', 's3:PutObject', '*'),
    isNot: fc.boolean(),
    Resource: fc.constantFrom('*', 'arn:aws:s3:::b/one', 'arn:aws:s3:::b/*', 'arn:aws:s3:::b/${aws:PrincipalTag/team}'),
    Condition: fc.option(
      fc.constantFrom(
        { StringEquals: { 's3:prefix': 'a' } },
        { StringNotEqualsIfExists: { 's3:prefix': 'a' } },
        { Null: { 's3:prefix': 'true' } },
      ),
    ),
  })
  .map(({ action, isNot, Condition, ...rest }) => ({
    ...rest,
    [isNot ? 'NotAction' : 'Action']: action,
    ...(Condition === null ? {} : { Condition }),
  }));
const document = fc.array(statement, { maxLength: 3 }).map((Statement) => JSON.stringify({ Version: '2012-10-17', Statement }));
const request = fc.record({
  action: fc.constantFrom('s3:GetObject', 's3:PutObject'),
  resources: fc.constantFrom(['arn:aws:s3:::b/one'], ['arn:aws:s3:::b/two'], ['arn:aws:s3:::b/one', 'arn:aws:s3:::b/two']),
  context: fc.record({ 's3:prefix': fc.constantFrom('a', 'b') }, { requiredKeys: [] }),
});

/** Saves a customer managed policy; the versions beside its default one are others, and must not count. */
function savePolicy(policyName: string, text: string, others: readonly string[]): string {
  const arn = `arn:aws:iam::${accountId}:policy/path/${policyName}`;
  const versions = [...others, text].map((one, index) => ({ versionId: `v${index + 1}`, document: one, createDate }));
  const policy: PolicyItem = {
    policyName,
    policyId: policyName,
    path: '/path/',
    arn,
    createDate,
    updateDate: createDate,
    tags: [],
    defaultVersionId: versions.at(-1)!.versionId,
    lastVersion: versions.length,
    versions: versions.toReversed(),
  };
  store.items.put(POLICY, scope, policyName, policy);
  return arn;
}

function saveRole(roleName: string, policies: Pick<RoleItem, 'inlinePolicies' | 'attachedPolicyArns' | 'permissionsBoundary'>): Principal {
  const roleArn = `arn:aws:iam::${accountId}:role/${roleName}`;
  const role: RoleItem = {
    roleName,
    roleId: roleName,
    path: '/',
    arn: roleArn,
    createDate,
    assumeRolePolicyDocument: '{}',
    maxSessionDuration: 3600,
    tags: [],
    ...policies,
  };
  store.items.put(ROLE, scope, roleName, role);
  // The same session's name for both roles, so that what they are told can be compared.
  return { type: 'role', arn: `arn:aws:sts::${accountId}:assumed-role/r/s`, roleArn, accountId, tags: { team: 'one' } };
}

test('a customer managed policy decides as the same document does inline, alone or under a boundary that is one too', () => {
  const authorizer = createAuthorizer({ store, enforce: true, now: () => new Date('2026-06-01') });
  const ask = (principal: Principal, sessionPolicies: string[], access: RequestedAccess): string => {
    try {
      authorizer.require({ principal, sessionPolicies }, access);
      return 'allowed';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const outcomes = new Map<string, number>();
  fc.assert(
    fc.property(
      fc.array(document, { minLength: 1, maxLength: 2 }),
      fc.array(document, { maxLength: 1 }),
      fc.option(document),
      request,
      (documents, others, limit, access) => {
        const attachedPolicyArns = documents.map((text, index) => savePolicy(`p${index}`, text, others));
        const boundary = limit === null ? {} : { permissionsBoundary: savePolicy('limit', limit, others) };
        const inlinePolicies = Object.fromEntries(documents.map((text, index) => [`p${index}`, text]));
        const inline = saveRole('inline', { inlinePolicies, attachedPolicyArns: [] });
        const managed = saveRole('managed', { inlinePolicies: {}, attachedPolicyArns, ...boundary });
        // A session policy limits as a boundary does: the inline role has the limit so.
        const expected = ask(inline, limit === null ? [] : [limit], access);
        const given = ask(managed, [], access);
        expect(given.replace('a permissions boundary', 'a session policy').replace('permissions boundary', 'session policy')).toBe(
          expected,
        );
        const kind = given.replace(/^.* (with|because) /, '').replace(/ allows the.*/, '');
        outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1);
      },
    ),
    { numRuns: 400 },
  );
  // Or it would say little.
  expect([...outcomes.keys()].toSorted()).toEqual([
    'allowed',
    'an explicit deny in a permissions boundary',
    'an explicit deny in an identity-based policy',
    'no identity-based policy',
    'no permissions boundary',
  ]);
});
