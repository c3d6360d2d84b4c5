import { Command, type CommanderError } from 'commander';
import { DeployError } from '../errors.ts';
import { VERSION } from '../version.ts';
import type { Arguments } from './arguments.ts';
import { COMMANDS, type CommandSpec } from './commands.ts';
import { OPTIONS, type Flags } from './options.ts';
import type { Output } from './printer.ts';

/** What a command line asks for. */
export interface Invocation extends Arguments {
  command: CommandSpec;
}

export interface ProgramOptions {
  out: Output;
  err: Output;
  onCommand(invocation: Invocation): void;
}

/**
 * The command line of `agentcore-deploy`. Parsing it calls `onCommand`, or prints help or the version.
 *
 * @throws {DeployError} `INVALID_CONFIG`, by `parse`, for a command line that is not valid
 */
export function createProgram({ out, err, onCommand }: ProgramOptions): Command {
  const configure = (command: Command): Command =>
    command
      .helpOption('-h, --help', 'print this help')
      // Errors are thrown, not printed: the caller prints every error in the same way.
      .configureOutput({ writeOut: (text) => out.write(text), writeErr: (text) => err.write(text), outputError: () => undefined })
      .exitOverride((error) => {
        if (error.exitCode === 0 || error.code === 'commander.help') throw error;
        const hint = error.code === 'commander.unknownOption' && !command.parent ? ' Options follow the command.' : '';
        throw new DeployError('INVALID_CONFIG', `${sentence(error)}${hint} See ${pathOf(command)} --help.`, { cause: error });
      });
  const program = configure(new Command('agentcore-deploy'))
    .description('From a TypeScript file to a READY runtime on Amazon Bedrock AgentCore, and back to nothing')
    .version(VERSION, '--version', 'print the version')
    .enablePositionalOptions()
    .addHelpText('after', '\nRun agentcore-deploy COMMAND --help for the options of a command.');
  for (const [name, spec] of Object.entries(COMMANDS)) {
    const command = configure(program.command(name))
      .description(spec.summary)
      .addHelpText('after', `\nExample:\n  $ ${spec.example}`)
      .action(() => onCommand({ command: spec, flags: command.opts<Flags>(), positionals: command.args }));
    if (spec.argument) command.argument(...spec.argument);
    for (const option of spec.options) command.addOption(OPTIONS[option]());
  }
  return program;
}

/** `error: unknown option '--nmae'\n(Did you mean --name?)` as sentences. A value that was given with an unknown option may be secret. */
function sentence({ message }: CommanderError): string {
  const [problem = '', suggestion] = message.replace(/^error: /, '').split('\n');
  const text = problem.replace(/^(unknown option '--[^'=]+)=.*$/s, "$1'").replace(/[^.]$/, '$&.');
  return `${text[0]?.toUpperCase()}${text.slice(1)}${suggestion === undefined ? '' : ` ${suggestion.slice(1, -1)}`}`;
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}
