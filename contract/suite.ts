import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterAll, expect, inject, test as vitestTest } from 'vitest';
import { clientsOf, type Clients } from './clients.ts';
import { nameOf, runtimeNameOf } from './names.ts';
import { createRecorder } from './record/create-recorder.ts';
import type { Expectation } from './source.ts';
import { RUN_TAG } from './target.ts';
import { until } from './until.ts';

/**
 * A test of the contract: `test({ about, source })('title', work)`. What it is about, and how it is known that AWS does so, come first, and
 * docs/fidelity.md is made of them. They are written out where they are used, from strings and the functions of source.ts, because scripts/fidelity.ts
 * reads them without running the test.
 */
export function test(expectation: Expectation) {
  const options = { meta: { expectation } };
  const one = (title: string, work: () => Promise<void>): void => vitestTest(title, options, work);
  const each =
    <T extends readonly unknown[]>(cases: readonly T[]) =>
    (title: string, work: (...values: T) => Promise<void>): void =>
      vitestTest.each(cases)(title, options, (...values) => work(...(values as unknown as T)));
  return Object.assign(one, { each });
}

declare module 'vitest' {
  interface TaskMeta {
    expectation?: Expectation;
  }
}

/** What each file of the contract works with. Call it at the top level of a file: it undoes afterwards what `undo` was given. */
export function contractSuite() {
  const target = inject('contract');
  const { recording } = target;
  const recorder = recording && createRecorder({ ...target, ...recording }, () => expect.getState().currentTestName ?? '');
  const clients = clientsOf({ ...target, recorder });
  const undone: (() => Promise<unknown>)[] = [];
  afterAll(async () => {
    const failures: unknown[] = [];
    for (const work of undone.reverse()) await work().catch((error: unknown) => failures.push(error));
    if (recording && recorder) await writeFile(join(recording.directory, `${randomUUID()}.json`), JSON.stringify(recorder.calls()));
    if (failures.length > 0) throw new AggregateError(failures, 'what the contract made could not be removed');
  }, 900_000);

  const role = async (what: string, { trust, policy }: { trust: object; policy?: object[] }): Promise<{ name: string; arn: string }> => {
    const RoleName = nameOf(target, what);
    const AssumeRolePolicyDocument = document([{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: trust }]);
    const { Role } = await clients.iam.send(
      new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, Tags: [{ Key: RUN_TAG, Value: target.runId }] }),
    );
    undone.push(() => deleteRole(clients, RoleName));
    if (policy) await allow(RoleName, policy);
    return { name: RoleName, arn: Role!.Arn! };
  };
  const allow = (RoleName: string, statements: object[]) =>
    clients.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'contract', PolicyDocument: document(statements) }));

  return {
    ...target,
    recorder,
    clients,
    isAws: target.name === 'aws',
    name: (what: string) => nameOf(target, what),
    runtimeName: (what: string) => runtimeNameOf(target, what),
    /** The run's tag, as AgentCore's and as the other services' APIs want it. */
    tags: { [RUN_TAG]: target.runId },
    tagList: [{ Key: RUN_TAG, Value: target.runId }],
    undo: (work: () => Promise<unknown>) => void undone.push(work),
    /** A role of this run. Its inline policy is replaced by `allow`. */
    role,
    allow,
    /** Clients of a session of a role, as soon as it can be assumed. */
    async assume(RoleArn: string): Promise<Clients> {
      const { Credentials: given } = await until(() => clients.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'contract' })));
      return clientsOf(
        { ...target, recorder },
        {
          accessKeyId: given!.AccessKeyId!,
          secretAccessKey: given!.SecretAccessKey!,
          sessionToken: given!.SessionToken!,
        },
      );
    },
  };
}

export const document = (Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

/** An answer without what the client adds to it. */
export function membersOf<Answer extends object>(answer: Answer): Omit<Answer, '$metadata'> {
  return Object.fromEntries(Object.entries(answer).filter(([name]) => name !== '$metadata')) as Omit<Answer, '$metadata'>;
}

interface Failure {
  name: string;
  message: string;
  status: number | undefined;
  fault: string | undefined;
}

/** How a call fails, as a client sees it. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata, $fault } = error as Failure & { $metadata?: { httpStatusCode?: number }; $fault?: string };
    return { name, message, status: $metadata?.httpStatusCode, fault: $fault };
  }
  throw new Error('the call succeeded, but the contract says that it is refused');
}

async function deleteRole({ iam }: Clients, RoleName: string): Promise<void> {
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  for (const PolicyName of PolicyNames) await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  await iam.send(new DeleteRoleCommand({ RoleName }));
}
