import type { CliOptions } from './options.ts';

/** Returns the exit status. `rest` is the file of `export` and `import`, or the command of `exec` and its arguments. */
export type Run = (options: CliOptions, rest: string[]) => Promise<number>;

export interface CommandSpec {
  summary: string;
  /** As commander writes it: `<file>`. */
  argument?: [syntax: string, description: string];
  /** Whether options that follow the first argument belong to the argument, a command. */
  passThrough?: true;
  options: readonly (keyof CliOptions)[];
  example: string;
  /** Imports the command when it is run: `--help` and a mistyped option need no emulator. */
  load(): Promise<Run>;
}

const SERVER = ['port', 'account', 'region', 'data', 'ephemeral', 'iam', 'isolation', 'containerEngine'] as const;

export const COMMANDS: Readonly<Record<string, CommandSpec>> = {
  start: {
    summary: 'run an emulator until Ctrl-C',
    options: [...SERVER, 'json'],
    example: 'agentcore-local start --port 0 --data ./aws --json',
    load: async () => (await import('./start.ts')).start,
  },
  exec: {
    summary: 'run a command with an emulator of its own, and exit with its status',
    argument: ['<command...>', 'the command and its arguments'],
    passThrough: true,
    options: SERVER,
    example: 'agentcore-local exec --ephemeral -- npm test',
    load: async () => (await import('./exec.ts')).exec,
  },
  status: {
    summary: 'report whether an emulator runs on the data directory (exit status 0: yes, 3: no)',
    options: ['data', 'json'],
    example: 'agentcore-local status --json',
    load: async () => (await import('./status.ts')).status,
  },
  inventory: {
    summary: 'list every resource of every account',
    options: ['data', 'json'],
    example: 'agentcore-local inventory --json',
    load: async () => (await import('./inventory.ts')).inventory,
  },
  logs: {
    summary: 'print what agents logged',
    options: ['group', 'follow', 'data', 'json'],
    example: 'agentcore-local logs --follow',
    load: async () => (await import('./logs.ts')).logs,
  },
  access: {
    summary: 'print every IAM decision, or the policy that allows them',
    options: ['denied', 'principal', 'policy', 'data', 'json'],
    example: 'agentcore-local access --principal my-role --policy',
    load: async () => (await import('./access.ts')).access,
  },
  reset: {
    summary: 'end sessions and delete every resource; access keys stay',
    options: ['data'],
    example: 'agentcore-local reset --data ./aws',
    load: async () => (await import('./reset.ts')).reset,
  },
  export: {
    summary: 'write the state to a file',
    argument: ['<file>', 'file to write'],
    options: ['withSecrets', 'data'],
    example: 'agentcore-local export state.tar.gz --with-secrets',
    load: async () => (await import('./export.ts')).exportCommand,
  },
  import: {
    summary: 'replace the state with an exported file',
    argument: ['<file>', 'file that export wrote'],
    options: ['data'],
    example: 'agentcore-local import state.tar.gz',
    load: async () => (await import('./import.ts')).importCommand,
  },
};
