import type { Action } from './actions.ts';
import type { Flags } from './options.ts';

export interface CommandSpec {
  summary: string;
  /** As commander writes it: `<payload>`. */
  argument?: [syntax: string, description: string];
  options: readonly (keyof Flags)[];
  example: string;
  /** Imports the command when it is run: help and a mistyped option need neither esbuild nor an SDK. */
  load(): Promise<Action>;
}

const FIND = ['name', 'config', 'region'] as const;
const DESCRIBE = [...FIND, 'entry', 'base', 'artifact', 'image', 'credential', 'env', 'tag', 'role', 'adopt'] as const;
const COMMON = ['timeout', 'json'] as const;

export const COMMANDS: Readonly<Record<string, CommandSpec>> = {
  plan: {
    summary: 'show what deploy would change; reads only',
    options: [...DESCRIBE, 'journal', ...COMMON],
    example: 'agentcore-deploy plan --name my_agent --entry agent.ts',
    load: async () => (await import('./actions.ts')).plan,
  },
  deploy: {
    summary: 'create or update the agent, and wait until it is READY',
    options: [...DESCRIBE, 'onFailure', 'journal', ...COMMON],
    example: 'agentcore-deploy deploy --name my_agent --entry agent.ts --credential openai',
    load: async () => (await import('./actions.ts')).deploy,
  },
  status: {
    summary: 'show what is deployed, and how it differs from the description',
    options: [...DESCRIBE, 'journal', ...COMMON],
    example: 'agentcore-deploy status --name my_agent',
    load: async () => (await import('./actions.ts')).status,
  },
  invoke: {
    summary: 'send one request and print the answer',
    argument: ['<payload>', 'JSON, or text that is sent as {"prompt": text}'],
    options: [...FIND, 'user', 'session', 'qualifier', ...COMMON],
    example: `agentcore-deploy invoke --name my_agent --user ann '{"prompt":"Hello"}'`,
    load: async () => (await import('./actions.ts')).invoke,
  },
  logs: {
    summary: 'print what the agent logged in the last hour, from CloudWatch Logs',
    options: [...FIND, 'follow', 'qualifier', ...COMMON],
    example: 'agentcore-deploy logs --name my_agent --follow',
    load: async () => (await import('./actions.ts')).logs,
  },
  stop: {
    summary: 'end a session',
    options: [...FIND, 'session', 'qualifier', ...COMMON],
    example: 'agentcore-deploy stop --name my_agent --session 0d1f5a3e-5c1b-4a53-9d43-2f6a8a3c7b10',
    load: async () => (await import('./actions.ts')).stop,
  },
  destroy: {
    summary: 'delete what was deployed, and verify that it is gone',
    options: [...DESCRIBE, 'dryRun', 'journal', ...COMMON],
    example: 'agentcore-deploy destroy --name my_agent --dry-run',
    load: async () => (await import('./actions.ts')).destroy,
  },
  eject: {
    summary: 'write a Dockerfile and the bundle, for a build of your own',
    options: [...DESCRIBE, 'out', 'json'],
    example: 'agentcore-deploy eject --name my_agent --entry agent.ts --out build',
    load: async () => (await import('./actions.ts')).eject,
  },
};
