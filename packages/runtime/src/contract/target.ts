import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { bundleAgent } from '../test/bundle-agent.ts';

/**
 * What the contract suite runs against. Nothing set: agents on this package, started as processes.
 *
 * - `CONTRACT_AGENT`: the command of another implementation's agent, in JSON (`["python3","agent.py"]`). It is started with FIXTURE (the variant)
 *   and PORT, and answers the operations of `fixtures/operations.ts`.
 * - `CONTRACT_URL`: the base URL of an agent that runs already, as variant `main`; `CONTRACT_URL_DEBUG`, `_PING`, `_BARE` and `_SOCKETLESS` are the others. Cases
 *   of a variant without a URL, and those that need the process, are skipped.
 */
export type Variant = 'main' | 'debug' | 'ping' | 'bare' | 'socketless';

export interface Target {
  /** The base URL, without a slash at its end. */
  readonly url: string;
  /** What it wrote to stdout and stderr. */
  output(): string;
  /** The process, where the suite started it. */
  readonly process: ChildProcess;
  /** Deletes what was made for it. */
  remove?(): Promise<void>;
}

const ours = fileURLToPath(new URL('./fixtures/agent.ts', import.meta.url));
export const byUrl = process.env['CONTRACT_URL'] !== undefined;

/** The URL that the environment gives for a variant. */
function givenUrl(variant: Variant): string | undefined {
  return process.env[variant === 'main' ? 'CONTRACT_URL' : `CONTRACT_URL_${variant.toUpperCase()}`]?.replace(/\/$/, '');
}

/** Whether a variant cannot be had: for `describe.skipIf`. */
export function isMissing(variant: Variant): boolean {
  return byUrl && givenUrl(variant) === undefined;
}

/** One agent for the tests of the enclosing block: `const agent = target('main')`, then `agent().url`. */
export function target(variant: Variant): () => Target {
  let running: Target | Error = new Error('The agent is started before the tests, not before this.');
  beforeAll(async () => {
    const url = givenUrl(variant);
    // An agent that does not even start fails its cases one by one, each with this error.
    running = url === undefined ? await startAgent(variant).catch((error: Error) => error) : urlOnly(url);
  });
  afterAll(async () => {
    if (!(running instanceof Error) && !byUrl) await stopAgent(running);
  });
  return () => {
    if (running instanceof Error) throw running;
    return running;
  };
}

/** Starts an agent process and waits until it answers /ping. */
export async function startAgent(variant: Variant, env: Record<string, string> = {}): Promise<Target> {
  const port = await freePort();
  const given = process.env['CONTRACT_AGENT'];
  const bundle = given === undefined ? await bundleAgent(ours) : undefined;
  const [command = 'node', ...args] = bundle === undefined ? (JSON.parse(given ?? '[]') as string[]) : ['node', bundle.file];
  const child = spawn(command, args, {
    env: { ...process.env, NODE_ENV: 'production', FIXTURE: variant, PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const agent = { url: `http://127.0.0.1:${port}`, output: () => output, process: child, remove: async () => bundle?.remove() };
  const deadline = Date.now() + 60_000;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) {
      await agent.remove();
      throw new Error(`The agent ended with ${child.exitCode ?? child.signalCode}:\n${output}`);
    }
    const answered = await fetch(`${agent.url}/ping`, { signal: AbortSignal.timeout(1000) }).then(
      (response) => response.arrayBuffer().then(() => true),
      () => false,
    );
    if (answered) return agent;
    if (Date.now() > deadline) {
      await stopAgent(agent);
      throw new Error(`The agent did not answer /ping within 20 s:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Ends an agent process, whatever it does. */
export async function stopAgent(agent: Target): Promise<void> {
  const { process: child } = agent;
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
  await agent.remove?.();
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function urlOnly(url: string): Target {
  return {
    url,
    output: () => '',
    get process(): ChildProcess {
      throw new Error('This case needs the process of the agent; CONTRACT_URL names one that runs elsewhere.');
    },
  };
}
