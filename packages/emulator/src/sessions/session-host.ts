import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { AgentProcess } from './agent-process.ts';
import { asSessionError } from './as-session-error.ts';
import { awaitHealthy } from './await-healthy.ts';
import { compiledOf, type CompiledCode } from './compile-cache.ts';
import { executeCommand } from './execute-command.ts';
import { forwardUpgrade } from './forward-upgrade.ts';
import { openImageCache, type ImageCache } from './image-cache.ts';
import { launchAgent, type LaunchedAgent } from './launch-agent.ts';
import { openIsolation, type OpenedIsolation } from './open-isolation.ts';
import { probeContainer } from './probe-container.ts';
import { createProcessGuard } from './process-guard.ts';
import { SessionError } from './session-error.ts';
import { createSession, type Session } from './session.ts';
import { sweepDeadOwners } from './sweep-dead-owners.ts';
import type { SessionEndReason, SessionHost, SessionHostOptions, SessionKey, SessionSpec } from './types.ts';

interface Opened {
  cache: ImageCache;
  isolation: OpenedIsolation;
}

/**
 * Runs agents: one process for each session, on this machine's Node, from images that are unpacked once. See SessionHost
 * for what it does and SessionHostOptions for defaults and limits. Nothing is touched on disk until the first call.
 */
export function createSessionHost(options: SessionHostOptions): SessionHost {
  const {
    cacheDir,
    sessionsDir,
    log,
    now = Date.now,
    timeScale = 1,
    maxSessions = 100,
    startTimeoutMs = 30_000,
    stopGraceMs = 5_000,
  } = options;
  const sessions = new Map<string, Session>();
  /** Everything that has a process, also what is ending or only being probed. */
  const alive = new Map<Session, SessionSpec>();
  const ownDirectory = join(sessionsDir, `${process.pid}-${randomUUID()}`);
  const guard = createProcessGuard();
  let opened: Promise<Opened> | undefined;
  let isolation: OpenedIsolation = { type: 'none' };
  let closed = false;

  const open = (): Promise<Opened> => {
    opened ??= (async () => {
      await mkdir(ownDirectory, { recursive: true, mode: 0o700 });
      await sweepDeadOwners(sessionsDir);
      const cache = await openImageCache({ directory: cacheDir, maxImageBytes: options.maxImageBytes ?? 4 * 2 ** 30 });
      isolation = await openIsolation(options, ownDirectory);
      return { cache, isolation };
    })();
    // What failed once (a full disk, say) can work the next time.
    opened.catch(() => {
      opened = undefined;
    });
    return opened;
  };

  const openDraft = async () => {
    const { compiled } = (await open()).cache;
    return { compiled, draft: await compiled.draft() };
  };

  const launch = async (spec: SessionSpec, directory: string, draft: CompiledCode | undefined): Promise<LaunchedAgent> => {
    const opened = await open();
    const { cache } = opened;
    const imageRoot = await cache.rootOf(spec.image);
    await mkdir(directory, { mode: 0o700 });
    return launchAgent(spec, {
      directory,
      imageRoot,
      compiled: draft ?? (await cache.compiled.of(spec)),
      isolation: opened.isolation,
      now,
      onLine: (line) => log({ type: 'output', key: spec.key, ...line }),
    });
  };

  const start = async (
    { spec, directory, draft }: { spec: SessionSpec; directory: string; draft: CompiledCode | undefined },
    onProcess: (launched: LaunchedAgent) => void,
  ): Promise<AgentProcess> => {
    const began = performance.now();
    const launched = await launch(spec, directory, draft).catch((error: unknown) => {
      throw asSessionError(error, 'The session');
    });
    const { agent } = launched;
    guard.add(agent.pid);
    void agent.exited.then(() => guard.remove(agent.pid));
    onProcess(launched);
    await awaitHealthy(agent, spec.protocol ?? 'HTTP', startTimeoutMs);
    log({ type: 'started', key: spec.key, at: now(), pid: agent.pid, ms: performance.now() - began });
    return agent;
  };

  const requireUnclosed = (): void => {
    if (closed) throw new SessionError('HOST_CLOSED', 'The emulator is shutting down and starts no more sessions.');
  };

  const create = (spec: SessionSpec, draft?: CompiledCode): Session => {
    requireUnclosed();
    if (alive.size >= maxSessions) {
      throw new SessionError(
        'TOO_MANY_SESSIONS',
        `${maxSessions} sessions are alive, which is the limit. Stop one, or wait until one is idle.`,
      );
    }
    const directory = join(ownDirectory, randomUUID());
    const session = createSession({
      spec,
      now,
      timeScale,
      stopGraceMs,
      isolation: () => isolation.type,
      start: (onProcess) => start({ spec, directory, draft }, onProcess),
      warn: (line) => log({ type: 'output', key: spec.key, at: now(), stream: 'stderr', line }),
      onEnded: async (agent: AgentProcess | undefined, reason: SessionEndReason) => {
        alive.delete(session);
        if (sessions.get(id(spec.key)) === session) sessions.delete(id(spec.key));
        if (agent)
          log({
            type: 'ended',
            key: spec.key,
            at: now(),
            pid: agent.pid,
            reason,
            exitCode: agent.exit?.code ?? null,
            signal: agent.exit?.signal ?? null,
          });
        await remove(directory);
      },
    });
    alive.set(session, spec);
    return session;
  };

  const sessionFor = (spec: SessionSpec): Session => {
    const live = sessions.get(id(spec.key));
    if (live && !live.ending) return live;
    const session = create(spec);
    sessions.set(id(spec.key), session);
    return session;
  };

  return {
    async open() {
      const opened = await open();
      if (opened.isolation.type === 'container') await probeContainer(opened.isolation, join(ownDirectory, randomUUID()));
    },
    async prepare(image) {
      const { cache } = await open();
      await cache.rootOf(image);
    },
    async probe(spec) {
      requireUnclosed();
      const { compiled, draft } = await openDraft().catch((error: unknown) => {
        throw asSessionError(error, 'The session');
      });
      try {
        const session = create(spec, draft);
        const agent = await session.ready;
        // Sessions then start with what V8 compiled for this one.
        await agent.flushCompileCache();
        await session.end('probed');
        await compiled.keep(spec, draft);
      } finally {
        await compiled.discard(draft);
      }
    },
    async invoke(spec, request) {
      return sessionFor(spec).invoke(request);
    },
    async connect(spec, upgrade, socket, head) {
      await forwardUpgrade(sessionFor(spec), spec, { upgrade, socket, head });
    },
    execute: (spec, command) => executeCommand(sessionFor(spec), command, guard),
    async stop(key) {
      const session = sessions.get(id(key));
      if (!session || session.ending) return false;
      await session.end('stopped');
      return true;
    },
    async stopAll(match = () => true) {
      await Promise.all([...alive.keys()].filter((session) => match(session.info().key)).map((session) => session.end('stopped')));
    },
    forget: (agentRuntimeArn) => remove(compiledOf(cacheDir, agentRuntimeArn)),
    list: () => [...sessions.values()].map((session) => session.info()),
    isAlive: (match) => alive.values().some(match),
    output: (key) => sessions.get(id(key))?.lines() ?? [],
    async close() {
      closed = true;
      await Promise.all([...alive.keys()].map((session) => session.end('stopped')));
      guard.close();
      if (isolation.type === 'container') await isolation.close();
      await remove(ownDirectory);
    },
  };
}

/** What cannot be removed now is swept by the next host: no reason to fail what was asked for. */
async function remove(directory: string): Promise<void> {
  // What a process of the agent still wrote while it was ended can get in the way once.
  await rm(directory, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
}

function id({ agentRuntimeArn, sessionId }: SessionKey): string {
  return `${agentRuntimeArn}\n${sessionId}`;
}
