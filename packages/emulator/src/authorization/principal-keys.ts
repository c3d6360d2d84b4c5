import type { ContextValue, Principal } from '../iam/types.ts';

/** The condition keys that say who asks and when. */
export function principalKeys(principal: Principal, now: Date): Record<string, ContextValue> {
  return {
    'aws:PrincipalArn': principal.roleArn ?? principal.arn,
    'aws:PrincipalAccount': principal.accountId,
    'aws:PrincipalType': principal.type === 'role' ? 'AssumedRole' : principal.type === 'user' ? 'User' : 'Account',
    ...timeKeys(now),
    // Absent with keys that do not expire, so that `...IfExists` and `Null` tell the two apart.
    ...(principal.tokenIssuedAt === undefined ? {} : { 'aws:TokenIssueTime': principal.tokenIssuedAt }),
    ...(principal.sourceIdentity === undefined ? {} : { 'aws:SourceIdentity': principal.sourceIdentity }),
    ...(principal.userId ? { 'aws:userid': principal.userId } : {}),
    ...(principal.type === 'user' ? { 'aws:username': principal.arn.slice(principal.arn.lastIndexOf('/') + 1) } : {}),
    ...Object.fromEntries(Object.entries(principal.tags ?? {}).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
  };
}

export function timeKeys(now: Date): Record<string, ContextValue> {
  return { 'aws:CurrentTime': now.toISOString(), 'aws:EpochTime': String(Math.floor(now.getTime() / 1000)) };
}
