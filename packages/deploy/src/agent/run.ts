import type { Clients } from '../aws/connect.ts';
import type { Place } from '../policies/statement.ts';
import { DeployError } from '../errors.ts';
import type { FoundRuntime } from '../steps/find-runtime.ts';
import { backoff } from '../util/backoff.ts';
import { sleep } from '../util/sleep.ts';
import { assertTimeout } from '../util/timeout.ts';
import type { AgentDefinition } from './definition.ts';
import type { DeployEvent, OnEvent } from './events.ts';
import type { Journal } from './journal.ts';
import { openJournal } from './journal.ts';
import { bucketNameOf, repositoryNameOf, roleNameOf } from './names.ts';
import { ThrownByCaller } from './thrown-by-caller.ts';

/** Everything that one call of deploy, plan, status or destroy shares. */
export interface Run extends Place {
  definition: AgentDefinition;
  clients: Clients;
  roleName: string;
  roleArn: string;
  repositoryName: string;
  /** The URI that ECR gives the repository. */
  repositoryUri: string;
  /** Of the code, where the artifact is a zip. */
  bucketName: string;
  /** Ends with the caller's signal or at the deadline. */
  signal: AbortSignal;
  /** Second argument of every SDK call. */
  call: { abortSignal: AbortSignal };
  emit: (event: DeployEvent) => void;
  /** Tells what this run found, and what it made, from what another deployment made of it meanwhile. */
  runtime: {
    /** `id@version`. */
    before?: string;
    /** Set as soon as this run sends a create or an update: whether a runtime is as that left it. */
    isMade?: (again: Run, found: FoundRuntime['runtime']) => Promise<boolean>;
  };
  /** How to take back what this run did, the last first. */
  undo: { resource: string; step: DeployEvent['step']; back: (run: Run) => Promise<void> }[];
  /** Set as soon as this run wrote to the role: what it may do has not spread through IAM yet. */
  roleWritten: boolean;
  journal: Journal | undefined;
  /** Shown when the deadline passes. */
  doing: string;
  /** What the service answered last, where it is asked again because of that. */
  refusal?: string | undefined;
}

export interface RunOptions {
  onEvent?: OnEvent;
  signal?: AbortSignal;
  timeoutMs?: number;
  journal?: URL | string;
}

/**
 * Runs `work` under one signal for the caller's abort and the deadline.
 * @throws {DeployError} `ABORTED` or `DEADLINE`, whichever ended it (or what `onEvent` threw, which ends it too); `INVALID_CONFIG` for a `timeoutMs` that no timer can wait.
 */
export async function withRun<T>(
  definition: AgentDefinition,
  clients: Clients,
  { onEvent, signal, timeoutMs = 600_000, journal }: RunOptions,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  assertTimeout('timeoutMs', timeoutMs);
  const controller = new AbortController();
  const run = { doing: 'reading the account' } as Run;
  const timer = setTimeout(() => {
    const refused = run.refusal ?? clients.refusal();
    controller.abort(
      new DeployError(
        'DEADLINE',
        `Not finished after ${timeoutMs / 1000} s; it was ${run.doing}${refused === undefined ? '' : `, and the last answer was ${refused}`}. Nothing is lost: run it again to continue.`,
      ),
    );
  }, timeoutMs);
  const onAbort = (): void =>
    controller.abort(new DeployError('ABORTED', `Stopped by the caller while ${run.doing}.`, { cause: signal?.reason }));
  let thrown: ThrownByCaller | undefined;
  const emit = (event: DeployEvent): void => {
    if (thrown !== undefined) return;
    try {
      onEvent?.(event);
    } catch (error) {
      // Ends the run as an abort does, and not from within a step, which would take it for a failure of the service.
      thrown = new ThrownByCaller(error);
      controller.abort(thrown);
    }
  };
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    controller.signal.throwIfAborted();
    const call = { abortSignal: controller.signal };
    const { Account = '', Arn = '' } = await (await clients.sts()).getCallerIdentity({}, call);
    const partition = Arn.split(':')[1] ?? 'aws';
    const roleName = roleNameOf(definition.name, clients.region);
    const repositoryName = repositoryNameOf(definition.name);
    Object.assign(run, {
      definition,
      clients,
      partition,
      account: Account,
      region: clients.region,
      roleName,
      roleArn: definition.role ?? `arn:${partition}:iam::${Account}:role/${roleName}`,
      repositoryName,
      repositoryUri: `${Account}.dkr.ecr.${clients.region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}/${repositoryName}`,
      bucketName: bucketNameOf(definition.name, Account, clients.region),
      signal: controller.signal,
      call,
      emit,
      runtime: {},
      undo: [],
      roleWritten: false,
      journal: journal === undefined ? undefined : openJournal(journal),
    } satisfies Omit<Run, 'doing'>);
    const result = await work(run);
    if (thrown !== undefined) throw thrown;
    return result;
  } catch (error) {
    if (thrown !== undefined) throw thrown;
    // The SDK throws an AbortError of its own; the reason says who ended it.
    throw controller.signal.aborted && !(error instanceof DeployError) ? controller.signal.reason : error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

/** Asks again, soon at first and then more rarely, until there is an answer. The run's deadline is the only limit. */
export async function poll<T>(run: Run, doing: string, ask: () => Promise<T | undefined>): Promise<T> {
  run.doing = doing;
  for (let attempt = 0; ; attempt += 1) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await sleep(backoff(attempt, { baseMs: 100, maxMs: 5_000, growth: 1.5 }), run.signal);
  }
}
