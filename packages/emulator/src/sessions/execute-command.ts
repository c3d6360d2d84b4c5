import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { PassThrough, Transform, type Readable } from 'node:stream';

import type { ProcessGuard } from './process-guard.ts';
import type { Session } from './session.ts';
import type { SessionCommand, SessionCommandEvent } from './types.ts';

/**
 * Runs a shell command in the surroundings of a session. It is a process of its own with a group of its own: what it starts
 * in the background ends with it. The session counts as in use meanwhile, and takes the command with it when it ends.
 *
 * Throws a SessionError when the session cannot be started or ends in the middle, and the signal's reason when that aborts.
 */
export async function* executeCommand(
  session: Session,
  { command, timeoutSeconds = 300, signal }: SessionCommand,
  guard: ProcessGuard,
): AsyncGenerator<SessionCommandEvent> {
  const release = session.hold();
  try {
    await session.ready;
    signal?.throwIfAborted();
    const { shell: [file = '/bin/sh', ...args] = [], tied, cwd, env } = session.surroundings ?? {};
    const child = spawn(file, [...args, command], {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', tied ? 'pipe' : 'ignore'],
    });
    const kill = (): void => end(child);
    const output = mergedOutput(child);
    let status: 'COMPLETED' | 'TIMED_OUT' = 'COMPLETED';
    const timer = setTimeout(() => {
      status = 'TIMED_OUT';
      kill();
    }, timeoutSeconds * 1000);
    signal?.addEventListener('abort', kill);
    void session.ended.then(kill);
    if (child.pid !== undefined) guard.add(child.pid);
    try {
      yield { type: 'start' };
      for await (const event of output) yield event as SessionCommandEvent;
      signal?.throwIfAborted();
      if (session.ending) throw await session.explain(undefined);
      yield { type: 'exit', exitCode: child.exitCode ?? 128 + constants.signals[child.signalCode ?? 'SIGKILL'], status };
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', kill);
      kill();
      if (child.pid !== undefined) guard.remove(child.pid);
    }
  } finally {
    release();
  }
}

/** Both outputs as events, no faster than they are read. Ends when the command has ended and all of it was read. */
function mergedOutput(child: ChildProcess): Readable {
  const merged = new PassThrough({ objectMode: true, highWaterMark: 4 });
  const ends = [once(child, 'exit').then(() => end(child))];
  for (const stream of ['stdout', 'stderr'] as const) {
    const events = new Transform({
      readableObjectMode: true,
      decodeStrings: false,
      transform(text: string, _encoding, done) {
        done(null, { type: 'output', stream, text } satisfies SessionCommandEvent);
      },
    });
    child[stream]?.setEncoding('utf8').pipe(events).pipe(merged, { end: false });
    ends.push(once(events, 'end').then(() => undefined));
  }
  // `once` also fails when the process could not be started.
  Promise.all(ends).then(
    () => merged.end(),
    (error: unknown) => merged.destroy(error as Error),
  );
  return merged;
}

function end({ pid, stdio }: ChildProcess): void {
  stdio[3]?.destroy();
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // ESRCH: nothing of it is left.
  }
}
