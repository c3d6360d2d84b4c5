import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable, Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import { outputLines } from './output-lines.ts';
import type { OutputLine } from './types.ts';

/** Lines of output that are kept of each process. */
const KEPT_LINES = 200;
/** Once a process is gone, how long to wait for the end of its output, which a grandchild can hold open. */
const OUTPUT_GRACE_MS = 250;
const FLUSH_MS = 1_000;
/** They are for a message; an agent can open and close ports for as long as it runs. */
const MAX_OTHER_PORTS = 100;

export interface AgentExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface AgentProcessOptions {
  file: string;
  args: readonly string[];
  cwd: string;
  env: Record<string, string>;
  /**
   * It runs as the child of a sandbox, which has the process id that we know. A signal would end the sandbox and so kill
   * the agent: its preload is asked to send SIGTERM instead, and a signal that ended the agent comes as 128 + its number.
   */
  sandboxed: boolean;
  /** Of an agent that is no descendant of the process: what is done to it in place of the process. */
  keeper?: AgentKeeper | undefined;
  now(): number;
  onLine(line: OutputLine): void;
}

/** Where an agent is called. */
export type AgentAddress = { host: string; port: number } | { socketPath: string };

export interface AgentKeeper {
  /** It listens: where it is called. */
  address(): AgentAddress | undefined;
  /** The agent's preload runs. */
  up(): void;
  /** Kills the agent, upon which the process ends. False where there is none, and the process itself has to be killed. */
  kill(): Promise<boolean>;
  /** The process has ended; resolves when nothing of the agent is left. */
  ended(exit: AgentExit): Promise<void>;
  /** What was wrong, when it was nothing of the agent's doing that it has ended. */
  failure(exit: AgentExit, lines: readonly OutputLine[]): Error | undefined;
}

/** A process whose preload talks to us over descriptor 3. */
export interface AgentProcess {
  readonly pid: number;
  /** Settles when the process and its output have ended. Never rejects. */
  readonly exited: Promise<AgentExit>;
  /** Set as soon as the process is gone. */
  readonly exit: AgentExit | undefined;
  /** Set when it has ended before the agent was started, which is not the agent's fault. */
  readonly failure: Error | undefined;
  /** Undefined until it listens on the port of its contract. */
  readonly address: AgentAddress | undefined;
  /** Other ports that it opened, for the message when the right one is missing. */
  readonly otherPorts: readonly number[];
  /** The last lines of its output. */
  readonly lines: readonly OutputLine[];
  /** Resolves when it listens for the first time, or has ended. */
  readonly listening: Promise<void>;
  /** Has it write down what V8 compiled so far. Resolves when it has, or after a second. */
  flushCompileCache(): Promise<void>;
  /** SIGTERM, and SIGKILL to everything it started when it has not ended after `graceMs`. */
  end(graceMs: number): Promise<AgentExit>;
}

/** Starts a process as the leader of a group of its own. Throws what `spawn` throws when it cannot be started. */
export async function startAgentProcess({
  file,
  args,
  cwd,
  env,
  sandboxed,
  keeper,
  now,
  onLine,
}: AgentProcessOptions): Promise<AgentProcess> {
  const child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const pid = child.pid ?? 0;
  const lines: OutputLine[] = [];
  const otherPorts: number[] = [];
  const listening = Promise.withResolvers<void>();
  const flushed = Promise.withResolvers<void>();
  let exit: AgentExit | undefined;
  let address: AgentAddress | undefined;

  for (const stream of ['stdout', 'stderr'] as const) {
    outputLines(child[stream] as Readable, (text) => {
      const line: OutputLine = { at: now(), stream, line: text };
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
      onLine(line);
    });
  }

  const channel = child.stdio[3] as Duplex;
  outputLines(channel, (line) => {
    const message = parse(line);
    if (message?.up === true) keeper?.up();
    if (message?.flushed === true) flushed.resolve();
    if (isPort(message?.other) && otherPorts.length < MAX_OTHER_PORTS) otherPorts.push(message.other);
    if (!isPort(message?.listening)) return;
    address = keeper ? keeper.address() : { host: '127.0.0.1', port: message.listening };
    listening.resolve();
  });

  const signalGroup = (signal: NodeJS.Signals): void => {
    try {
      process.kill(-pid, signal);
    } catch {
      // ESRCH: nothing of it is left.
    }
  };

  const kill = async (): Promise<void> => {
    if (!(await keeper?.kill())) signalGroup('SIGKILL');
  };

  const exited = new Promise<AgentExit>((resolve) => {
    child.once('exit', (code, signal) => {
      exit = sandboxed ? unwrapped({ code, signal }) : { code, signal };
      const final = exit;
      listening.resolve();
      // What it started would outlive it otherwise.
      signalGroup('SIGKILL');
      const done = async (): Promise<void> => {
        clearTimeout(timer);
        child.off('close', done);
        channel.destroy();
        await keeper?.ended({ code, signal });
        resolve(final);
      };
      const timer = setTimeout(done, OUTPUT_GRACE_MS);
      child.once('close', done);
    });
  });
  child.on('error', () => undefined);

  return {
    pid,
    exited,
    listening: listening.promise,
    lines,
    otherPorts,
    get exit() {
      return exit;
    },
    get failure() {
      return exit && keeper?.failure(exit, lines);
    },
    get address() {
      return address;
    },
    async flushCompileCache() {
      if (!channel.writable) return;
      channel.write('flush\n');
      await Promise.race([flushed.promise, exited, sleep(FLUSH_MS, undefined, { ref: false })]);
    },
    async end(graceMs) {
      if (!exit) {
        if (sandboxed) channel.write('terminate\n');
        else child.kill('SIGTERM');
      }
      const timer = setTimeout(() => void kill(), graceMs);
      try {
        return await exited;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function unwrapped(exit: AgentExit): AgentExit {
  const number = (exit.code ?? 0) - 128;
  const [name] = Object.entries(constants.signals).find(([, value]) => value === number) ?? [];
  return name === undefined ? exit : { code: null, signal: name as NodeJS.Signals };
}

function isPort(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) < 65_536;
}

/** The agent shares the process with the preload: what comes from it is not to be trusted. */
function parse(line: string): { up?: unknown; listening?: unknown; other?: unknown; flushed?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
