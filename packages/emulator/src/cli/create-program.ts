import { Command, type CommanderError } from 'commander';
import { EmulatorError } from '../emulator-error.ts';
import { VERSION } from '../version.ts';
import { COMMANDS, type CommandSpec } from './commands.ts';
import { OPTIONS, type CliOptions } from './options.ts';

/** What a command line asks for. */
export interface Invocation {
  command: CommandSpec;
  options: CliOptions;
  rest: string[];
}

/**
 * The command line of `agentcore-local`. Parsing it calls `onCommand`, or prints help or the version.
 *
 * @throws EmulatorError INVALID_OPTION, by `parse`, for a command line that is not valid
 */
export function createProgram(onCommand: (invocation: Invocation) => void): Command {
  const program = configure(new Command('agentcore-local'))
    .description('AWS for agents, on this machine: AgentCore, IAM, STS, ECR, S3, Secrets Manager and CloudWatch Logs on one loopback port')
    .version(VERSION, '--version', 'print the version')
    .enablePositionalOptions()
    .addHelpText('after', '\nRun agentcore-local COMMAND --help for the options of a command.');
  for (const [name, spec] of Object.entries(COMMANDS)) {
    const command = configure(program.command(name))
      .description(spec.summary)
      .passThroughOptions(spec.passThrough ?? false)
      .addHelpText('after', `\nExample:\n  $ ${spec.example}`)
      .action(() => onCommand({ command: spec, options: command.opts<CliOptions>(), rest: command.args }));
    if (spec.argument) command.argument(...spec.argument);
    for (const option of spec.options) command.addOption(OPTIONS[option]());
  }
  return program;
}

/** Errors are thrown, not printed: the caller prints every error in the same way. */
function configure(command: Command): Command {
  return command
    .helpOption('-h, --help', 'print this help')
    .configureOutput({ outputError: () => undefined })
    .exitOverride((error) => {
      if (error.exitCode === 0 || error.code === 'commander.help') throw error;
      const hint = error.code === 'commander.unknownOption' && !command.parent ? ' Options follow the command.' : '';
      throw new EmulatorError('INVALID_OPTION', `${sentence(error)}${hint} See ${pathOf(command)} --help.`, { cause: error });
    });
}

/** `error: unknown option '--prot'\n(Did you mean --port?)` as sentences. A value that was given with an unknown option may be secret. */
function sentence({ message }: CommanderError): string {
  const [problem = '', suggestion] = message.replace(/^error: /, '').split('\n');
  const text = problem.replace(/^(unknown option '--[^'=]+)=.*$/s, "$1'").replace(/[^.]$/, '$&.');
  return `${text[0]?.toUpperCase()}${text.slice(1)}${suggestion === undefined ? '' : ` ${suggestion.slice(1, -1)}`}`;
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}
