import { expect, test } from 'vitest';
import type { DeployEvent } from '../agent/events.ts';
import type { Run } from '../agent/run.ts';
import { retryFreshRole } from './retry-fresh-role.ts';

const run = (roleWritten: boolean, events: DeployEvent[] = []): Run =>
  ({
    roleWritten,
    roleArn: 'arn:role',
    signal: new AbortController().signal,
    emit: (event: DeployEvent) => void events.push(event),
  }) as unknown as Run;

function refusing(times: number, message: string): { send: () => Promise<string>; calls: () => number } {
  let calls = 0;
  return {
    calls: () => calls,
    async send() {
      calls += 1;
      if (calls <= times) throw Object.assign(new Error(message), { name: 'ValidationException' });
      return 'created';
    },
  };
}

const aged = (ms: number): Date => new Date(Date.now() - ms);

test.each([
  'Role validation failed for arn:role. Please verify that the role exists and its trust policy allows assumption by this service',
  "Access denied while validating ECR URI '1.dkr.ecr.us-east-1.amazonaws.com/a'. The execution role requires permissions for ecr:GetAuthorizationToken",
])('a role of this run is waited for: %s', async (message) => {
  const service = refusing(3, message);
  const events: DeployEvent[] = [];
  expect(await retryFreshRole(run(true, events), undefined, 'creating', service.send)).toBe('created');
  expect(events.map(({ type }) => type)).toEqual(['retrying', 'retrying', 'retrying']);
});

test('a role that a run before this one made a moment ago is waited for too', async () => {
  expect(await retryFreshRole(run(false), aged(1_000), 'creating', refusing(1, 'Role validation failed').send)).toBe('created');
});

test('an old role that cannot be used, and any other refusal, is reported at once', async () => {
  const old = refusing(1, 'Role validation failed');
  await expect(retryFreshRole(run(false), aged(120_000), 'creating', old.send)).rejects.toThrow('Role validation failed');
  expect(old.calls()).toBe(1);
  const other = refusing(1, 'The image is not arm64');
  await expect(retryFreshRole(run(true), undefined, 'creating', other.send)).rejects.toThrow('not arm64');
  expect(other.calls()).toBe(1);
});

test('a caller who may not pass the role is told at once, although its own ARN says "assumed-role"', async () => {
  const message = 'User: arn:aws:sts::111122223333:assumed-role/Admin/me is not authorized to perform: iam:PassRole on resource: arn:role';
  const denied = (): Promise<never> => Promise.reject(Object.assign(new Error(message), { name: 'AccessDeniedException' }));
  await expect(retryFreshRole(run(true), undefined, 'creating', denied)).rejects.toThrow('iam:PassRole');
  await expect(retryFreshRole(run(true), undefined, 'creating', refusing(1, message).send)).rejects.toThrow('iam:PassRole');
});
