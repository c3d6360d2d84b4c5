import { parseArgs } from 'node:util';
import { EmulatorError } from '../emulator-error.ts';
import { HELP } from './help.ts';

export interface CliOptions {
  port?: string | undefined;
  account?: string | undefined;
  region?: string | undefined;
  data?: string | undefined;
  ephemeral: boolean;
  iam?: string | undefined;
  isolation?: string | undefined;
  'container-engine'?: string | undefined;
  group?: string | undefined;
  principal?: string | undefined;
  denied?: boolean | undefined;
  policy?: boolean | undefined;
  follow?: boolean | undefined;
  'with-secrets'?: boolean | undefined;
  json: boolean;
}

/** `rest` is what stands after `--`, or the one file of those commands that take one. */
type Command = (options: CliOptions, rest: string[]) => Promise<number>;

/** Loaded when asked for: `--help` and a mistyped option need no emulator. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  start: async () => (await import('./start.ts')).start,
  exec: async () => (await import('./exec.ts')).exec,
  status: async () => (await import('./status.ts')).status,
  inventory: async () => (await import('./inventory.ts')).inventory,
  logs: async () => (await import('./logs.ts')).logs,
  access: async () => (await import('./access.ts')).access,
  reset: async () => (await import('./reset.ts')).reset,
  export: async () => (await import('./export.ts')).exportCommand,
  import: async () => (await import('./import.ts')).importCommand,
};

const TAKES_FILE = new Set(['export', 'import']);

/** Runs one command of `agentcore-local` and answers its exit status: 0 done, 1 a bug, 2 a mistake in its use. */
export async function runCli(argv: string[]): Promise<number> {
  try {
    const separator = argv.indexOf('--');
    const own = separator < 0 ? argv : argv.slice(0, separator);
    const command = separator < 0 ? [] : argv.slice(separator + 1);
    const { values, positionals } = parse(own);
    const [name, ...extra] = positionals;
    if (values.help || name === 'help') {
      process.stdout.write(HELP);
      return 0;
    }
    const load = name === undefined ? undefined : COMMANDS[name];
    if (!load)
      throw new EmulatorError(
        'INVALID_OPTION',
        `${name === undefined ? 'No command was given' : `'${name}' is not a command`}. Commands: ${Object.keys(COMMANDS).join(', ')}. See agentcore-local --help.`,
      );
    const rest = TAKES_FILE.has(name!) ? [...extra.splice(0, 1), ...command] : command;
    if (extra.length > 0)
      throw new EmulatorError(
        'INVALID_OPTION',
        `Unexpected argument '${extra[0]}'.${name === 'exec' ? ' Put -- before the command to run.' : ''}`,
      );
    if (values.data !== undefined && values.ephemeral)
      throw new EmulatorError('INVALID_OPTION', '--data and --ephemeral exclude each other: state is either kept or not.');
    const run = await load();
    return await run({ ephemeral: false, json: false, ...values }, rest);
  } catch (error) {
    if (!(error instanceof EmulatorError)) throw error;
    process.stderr.write(`agentcore-local: ${error.message} [${error.code}]\n`);
    return 2;
  }
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        port: { type: 'string' },
        account: { type: 'string' },
        region: { type: 'string' },
        data: { type: 'string' },
        ephemeral: { type: 'boolean' },
        iam: { type: 'string' },
        isolation: { type: 'string' },
        'container-engine': { type: 'string' },
        group: { type: 'string' },
        principal: { type: 'string' },
        denied: { type: 'boolean' },
        policy: { type: 'boolean' },
        follow: { type: 'boolean' },
        'with-secrets': { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (cause) {
    throw new EmulatorError('INVALID_OPTION', `${(cause as Error).message.split('. To specify', 1)[0]}. See agentcore-local --help.`, {
      cause,
    });
  }
}
