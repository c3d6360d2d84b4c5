import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Emulator } from '@agentcore-tutorials/emulator';
import { startEmulator } from '@agentcore-tutorials/emulator';
import type { Agent } from '../agent/define-agent.ts';
import { defineAgent } from '../agent/define-agent.ts';
import type { AgentDefinition } from '../agent/definition.ts';
import type { DeployEvent } from '../agent/events.ts';
import type { Tap } from './tap.ts';
import { startTap } from './tap.ts';

/** An emulated AWS with a tap in front of it, and an agent to deploy. */
export interface World {
  emulator: Emulator;
  tap: Tap;
  /** Directory of the agent's source. */
  directory: string;
  entry: string;
  aws: NonNullable<AgentDefinition['aws']>;
  events: DeployEvent[];
  onEvent: (event: DeployEvent) => void;
  agent(changes?: Partial<AgentDefinition>): Agent;
  /** Changes the agent's code. */
  edit(answer: string): Promise<void>;
  close(): Promise<void>;
}

/** A server for the runtime contract with nothing but node:http: JSON by default, an event stream, an error or a printed line on request. */
const source = (answer: string): string => `
import { createServer } from 'node:http';
const answer: string = ${JSON.stringify(answer)};
createServer(async (request, response) => {
  if (request.url === '/ping') return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ status: 'Healthy', time_of_last_update: 0 }));
  let text = '';
  for await (const chunk of request) text += chunk;
  const { mode, seen } = JSON.parse(text) as { mode?: string; seen?: string };
  if (mode === 'print') console.log(seen);
  if (mode === 'stream' || mode === 'fail') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const word of answer.split(' ')) response.write('data: ' + JSON.stringify(word + ' ') + '\\n\\n');
    if (mode === 'fail') response.write('data: ' + JSON.stringify({ error: 'not allowed', error_type: 'AccessDeniedException', message: 'An error occurred during streaming' }) + '\\n\\n');
    return void response.end();
  }
  const value = mode === 'env' ? process.env[seen ?? ''] ?? null : answer;
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}).listen(8080, '0.0.0.0');
`;

export async function startWorld(options: { stateDelayMs?: number; region?: string } = {}): Promise<World> {
  // What sessions are isolated with is nothing that deploying depends on, and starts two more processes for each.
  const emulator = await startEmulator({ ephemeral: true, stateDelayMs: 20, isolation: 'none', ...options });
  const tap = await startTap(emulator.endpoint);
  const directory = await mkdtemp(join(tmpdir(), 'deploy-world-'));
  const entry = join(directory, 'agent.ts');
  const events: DeployEvent[] = [];
  const aws = { endpoint: tap.url, credentials: { accessKeyId: emulator.accessKeyId, secretAccessKey: emulator.secretAccessKey } };
  const edit = (answer: string): Promise<void> => writeFile(entry, source(answer));
  await edit('2 x 2 is 4');
  return {
    emulator,
    tap,
    directory,
    entry,
    aws,
    events,
    edit,
    onEvent: (event) => void events.push(event),
    agent: (changes) => defineAgent({ name: 'test_agent', entry, region: emulator.region, aws, ...changes }),
    async close() {
      await tap.close();
      await emulator.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
