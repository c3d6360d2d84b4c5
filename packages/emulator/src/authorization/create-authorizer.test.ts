import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { issueTemporaryCredentials, openSessionToken } from '../credentials/temporary-credentials.ts';
import type { Principal } from '../iam/types.ts';
import { ROLE, type RoleItem } from '../services/iam/role.ts';
import { openStore } from '../store/open-store.ts';
import { createAuthorizer } from './create-authorizer.ts';

test('a policy can tell when temporary credentials were made, and that a key is not temporary', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'authorizer-'));
  const store = openStore({ directory, ephemeral: true });
  try {
    const accountId = '123456789012';
    const roleArn = `arn:aws:iam::${accountId}:role/worker`;
    const base: Principal = { type: 'role', arn: `arn:aws:sts::${accountId}:assumed-role/worker/s`, roleArn, accountId };
    const issue = (issuedAt: string) => {
      const options = { principal: base, issuedAt: new Date(issuedAt), expiration: new Date('2027-01-01') };
      return openSessionToken(store, issueTemporaryCredentials(store, options).sessionToken)!.principal;
    };
    const allowIf = (Condition: object) =>
      store.items.put(ROLE, { accountId, region: 'global' }, 'worker', {
        roleName: 'worker',
        roleId: randomUUID(),
        path: '/',
        arn: roleArn,
        createDate: '2026-01-01T00:00:00Z',
        assumeRolePolicyDocument: '{}',
        maxSessionDuration: 3600,
        tags: [],
        inlinePolicies: {
          p: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', Condition }] }),
        },
        attachedPolicyArns: [],
      } satisfies RoleItem);
    const authorizer = createAuthorizer({ store, enforce: true, now: () => new Date('2026-06-01') });
    const ask = (principal: Principal) => () =>
      authorizer.require({ principal, sessionPolicies: [] }, { action: 'iam:GetRole', resources: [roleArn], context: {} });

    // How sessions are revoked: what was issued before is denied.
    allowIf({ DateGreaterThan: { 'aws:TokenIssueTime': '2026-05-01T00:00:00Z' } });
    expect(ask(issue('2026-05-02'))).not.toThrow();
    expect(ask(issue('2026-04-30'))).toThrow('is not authorized to perform: iam:GetRole');
    expect(ask(base)).toThrow('is not authorized');
    allowIf({ Null: { 'aws:TokenIssueTime': 'true' } });
    expect(ask(base)).not.toThrow();
    expect(ask(issue('2026-05-02'))).toThrow('is not authorized');
  } finally {
    store.close();
    await rm(directory, { recursive: true });
  }
});
