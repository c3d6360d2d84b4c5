import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import type { AgentProcess } from './agent-process.ts';
import { contractHost } from './contract.ts';
import type { LaunchedAgent } from './launch-agent.ts';
import type { LaunchCommand } from './launch-command.ts';
import { forwardRequest } from './forward-request.ts';
import { ping } from './ping.ts';
import { SessionError } from './session-error.ts';
import type { SessionEndReason, SessionInfo, SessionRequest, SessionResponse, SessionSpec, SessionState } from './types.ts';

/** How long /ping may take when a session looks idle. One that hangs is not busy. */
const IDLE_PING_MS = 5_000;
/** A connection broke: how long its process has to be gone before we call that a crash. */
const EXIT_WAIT_MS = 500;
/** Node's servers close an idle connection after 5 s. To use one that is just being closed would fail a request for no reason. */
const KEEP_ALIVE_MS = 4_000;

const BUSY_WITHOUT_TIME =
  'agentcore-local: GET /ping answered HealthyBusy without an integer time_of_last_update (seconds since 1970). AWS ends such a session at the idle time-out, and so does the emulator.';

export interface SessionOptions {
  spec: SessionSpec;
  /** Starts the process and waits until it is ready. `onProcess` gets it before it is. */
  start(onProcess: (launched: LaunchedAgent) => void): Promise<AgentProcess>;
  now(): number;
  timeScale: number;
  stopGraceMs: number;
  /** Known once the first session starts. */
  isolation(): SessionInfo['isolation'];
  /** Tells the agent's developer something, where its own output goes. */
  warn(line: string): void;
  /** Called once, when nothing of the session is left. */
  onEnded(agent: AgentProcess | undefined, reason: SessionEndReason): Promise<void>;
}

/** One session: a process, the requests that it works on, and when it has to end. */
export interface Session {
  /** Resolves with the process when it is ready; rejects with a SessionError when it cannot be started. */
  readonly ready: Promise<AgentProcess>;
  /** Resolves when nothing of it is left. */
  readonly ended: Promise<void>;
  readonly ending: boolean;
  info(): SessionInfo;
  lines(): AgentProcess['lines'];
  invoke(request: SessionRequest): Promise<SessionResponse>;
  /** How its process was started; undefined before it was. */
  readonly surroundings: LaunchCommand | undefined;
  /** Marks the session as in use until the returned function is called. */
  hold(): () => void;
  explain(cause: unknown): Promise<Error>;
  end(reason: SessionEndReason): Promise<void>;
}

export function createSession(options: SessionOptions): Session {
  const { spec, now, timeScale, stopGraceMs } = options;
  const connections = new Agent({ keepAlive: true, timeout: KEEP_ALIVE_MS });
  const startedAt = now();
  const idleMs = timerMs(spec.idleTimeoutSeconds, timeScale);
  let agent: AgentProcess | undefined;
  let surroundings: LaunchCommand | undefined;
  let lastActivityAt = startedAt;
  let inFlight = 0;
  let state: SessionState = 'starting';
  let reason: SessionEndReason | undefined;
  let idleTimer: NodeJS.Timeout | undefined;
  const lifetimeTimer = setTimeout(() => void end('lifetime'), timerMs(spec.maxLifetimeSeconds, timeScale)).unref();
  const ended = Promise.withResolvers<void>();

  const cleanUp = async (why: SessionEndReason): Promise<void> => {
    clearTimeout(lifetimeTimer);
    clearTimeout(idleTimer);
    connections.destroy();
    try {
      await options.onEnded(agent, why);
    } finally {
      ended.resolve();
    }
  };

  const watch = async (): Promise<AgentProcess> => {
    try {
      const started = await options.start(({ agent: process, launched }) => {
        agent = process;
        surroundings = launched;
        // Ended before there was anything to end.
        if (state === 'stopping') void process.end(0);
      });
      void started.exited.then(() => {
        reason ??= 'crashed';
        state = 'stopping';
        return cleanUp(reason);
      });
      if (state === 'starting') state = 'ready';
      lastActivityAt = now();
      armIdleTimer();
      return started;
    } catch (error) {
      const why = (reason ??= 'start-failed');
      state = 'stopping';
      await agent?.end(0);
      await cleanUp(why);
      throw why === 'start-failed' ? error : stopped();
    }
  };

  const armIdleTimer = (): void => {
    clearTimeout(idleTimer);
    if (inFlight > 0 || state === 'stopping') return;
    idleTimer = setTimeout(() => void checkIdle(), Math.max(0, lastActivityAt + idleMs - now())).unref();
  };

  const checkIdle = async (): Promise<void> => {
    const answer =
      agent?.address === undefined
        ? undefined
        : await ping({ address: agent.address, host: contractHost(spec.protocol), timeoutMs: IDLE_PING_MS }).catch(() => undefined);
    if (answer?.busyWithoutTime) options.warn(BUSY_WITHOUT_TIME);
    if (answer?.busy) lastActivityAt = now();
    // An agent that just became idle has done so at the time it says, and not when it was last invoked.
    else if (answer?.lastUpdate !== undefined) lastActivityAt = Math.max(lastActivityAt, Math.min(answer.lastUpdate * 1000, now()));
    if (inFlight > 0) return;
    if (now() - lastActivityAt >= idleMs) await end('idle');
    else armIdleTimer();
  };

  const hold = (): (() => void) => {
    inFlight += 1;
    clearTimeout(idleTimer);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      inFlight -= 1;
      lastActivityAt = now();
      armIdleTimer();
    };
  };

  const stopped = (): SessionError =>
    new SessionError('SESSION_STOPPED', `The session was ended (${reason}) before it had answered.`, {
      lastLines: agent?.lines.map(({ line }) => line) ?? [],
    });

  const explain = async (cause: unknown): Promise<Error> => {
    if (agent && !agent.exit && state !== 'stopping') await Promise.race([agent.exited, sleep(EXIT_WAIT_MS, undefined, { ref: false })]);
    if (reason !== undefined && reason !== 'crashed') return stopped();
    const lastLines = agent?.lines.map(({ line }) => line) ?? [];
    if (!agent?.exit) {
      return new SessionError('CONNECTION_LOST', 'The agent closed the connection before its answer was complete.', { cause, lastLines });
    }
    await agent.exited;
    const { code, signal } = agent.exit;
    const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
    return new SessionError('SESSION_CRASHED', `The agent ${how} before its answer was complete.`, {
      cause,
      lastLines: agent.lines.map(({ line }) => line),
    });
  };

  const end = async (why: SessionEndReason): Promise<void> => {
    // Once only: to many programs a second SIGTERM means that the first one's grace is over.
    if (state !== 'stopping') {
      reason ??= why;
      state = 'stopping';
      clearTimeout(idleTimer);
      // While it starts, its start fails by that, and cleans up.
      void agent?.end(stopGraceMs);
    }
    await ended.promise;
  };

  const ready = watch();
  // Nobody may be waiting any more by the time it fails.
  ready.catch(() => undefined);

  return {
    ready,
    ended: ended.promise,
    get surroundings() {
      return surroundings;
    },
    get ending() {
      return state === 'stopping' || agent?.exit !== undefined;
    },
    info: () => ({
      key: spec.key,
      state,
      imageDigest: spec.image.digest,
      pid: agent?.pid ?? 0,
      startedAt,
      lastActivityAt,
      inFlight,
      isolation: options.isolation(),
    }),
    lines: () => agent?.lines ?? [],
    hold,
    explain,
    async invoke(request) {
      const release = hold();
      try {
        const { address } = await untilAborted(ready, request.signal);
        return await forwardRequest({
          // It is ready, so it listens.
          address: address!,
          host: contractHost(spec.protocol),
          agent: connections,
          request,
          explain,
          onDone: release,
        });
      } catch (error) {
        release();
        throw error;
      }
    },
    end,
  };
}

/** More would overflow Node's timers, which then fire at once. */
function timerMs(seconds: number, timeScale: number): number {
  return Math.min((seconds * 1000) / timeScale, 2 ** 31 - 1);
}

/** A caller that gives up does not wait for the start any longer; the start goes on. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
