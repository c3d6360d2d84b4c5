import { setTimeout as sleep } from 'node:timers/promises';

import type { AgentProcess } from './agent-process.ts';
import { CONTRACT_PORT, contractHost } from './contract.ts';
import { ping } from './ping.ts';
import { SessionError } from './session-error.ts';
import type { SessionProtocol } from './types.ts';

/** Between two tries of /ping. A bundled agent answers the first one. */
const RETRY_MS = 25;
/** Enough for Node's report of an error at load: the line, the message and the stack. */
const SHOWN_LINES = 15;
const SHOWN_LENGTH = 300;

/**
 * Waits until the process listens on the port of its contract and answers GET /ping with 200. MCP has no /ping: there a
 * server that listens is ready.
 *
 * Throws a SessionError: START_FAILED when it ends before that, START_TIMEOUT when it takes longer than `timeoutMs`.
 */
export async function awaitHealthy(agent: AgentProcess, protocol: SessionProtocol, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  const left = (): number => deadline - performance.now();
  let seen = 'does not answer GET /ping';

  const timer = new AbortController();
  await Promise.race([agent.listening, sleep(timeoutMs, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();

  while (left() > 0 && !agent.exit) {
    if (agent.address === undefined) break;
    if (protocol === 'MCP') return;
    try {
      const { status } = await ping({ address: agent.address, host: contractHost(protocol), timeoutMs: Math.max(1, left()) });
      if (status === 200) return;
      seen = `answers GET /ping with ${status}, and not with 200`;
    } catch {
      // Not yet: the next try, the exit or the deadline decides.
    }
    await Promise.race([sleep(RETRY_MS), agent.exited]);
  }
  if (agent.exit) {
    await agent.exited;
    throw agent.failure ?? endedEarly(agent);
  }
  throw tooLate(agent, protocol, timeoutMs, seen);
}

function endedEarly(agent: AgentProcess): SessionError {
  const { code, signal } = agent.exit ?? {};
  const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
  const hint = code === 0 ? ' It has to start a server and keep running.' : '';
  return new SessionError('START_FAILED', `The agent ${how} before it was ready.${hint}${lastLines(agent)}`, {
    lastLines: agent.lines.map(({ line }) => line),
  });
}

function tooLate(agent: AgentProcess, protocol: SessionProtocol, timeoutMs: number, seen: string): SessionError {
  const port = CONTRACT_PORT[protocol];
  const others = agent.otherPorts.length > 0 ? ` It listens on port ${agent.otherPorts.join(', ')} instead.` : '';
  const what =
    agent.address === undefined
      ? `does not listen on port ${port}.${others} It has to serve 0.0.0.0:${port}`
      : `listens on port ${port}, but ${seen}. It has to answer that with 200`;
  return new SessionError('START_TIMEOUT', `The agent runs, but ${what}. Waited ${timeoutMs / 1000} s.${lastLines(agent)}`, {
    lastLines: agent.lines.map(({ line }) => line),
  });
}

function lastLines(agent: AgentProcess): string {
  // Stack frames and Node's own version line would push out what matters: the message above them.
  const telling = agent.lines.map(({ line }) => line).filter((line) => line.trim() !== '' && !/^\s+at |^Node\.js v/.test(line));
  // Node shows the line of source that failed: in a bundle that is minified, all of it.
  const shown = telling.slice(-SHOWN_LINES).map((line) => (line.length > SHOWN_LENGTH ? `${line.slice(0, SHOWN_LENGTH)} ...` : line));
  return shown.length === 0 ? ' It printed nothing.' : ` It printed last:\n${shown.join('\n')}`;
}
