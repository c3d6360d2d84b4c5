import { Command, CommanderError, Help } from 'commander';
import stringWidth from 'fast-string-width';
import type { Language, Message } from '../messages/catalog.ts';
import { t } from '../messages/index.ts';
import { wrap } from '../terminal/wrap.ts';
import { ALL_OPTIONS, createOptions, flagOf, type OptionName, type Options } from './options.ts';
import { usageError, usageErrorOf } from './usage-error.ts';

export const COMMANDS = ['list', 'status', 'check', 'hints', 'logs', 'doctor', 'reset', 'sweep', 'uninstall'] as const;

export type CommandName = 'run' | (typeof COMMANDS)[number];

export interface CommandLine {
  command: CommandName;
  /** What is neither a command nor an option. */
  words: readonly string[];
  options: Options;
}

interface Description {
  text: Message;
  options: readonly OptionName[];
  /** What may follow the command, and what it means. */
  words?: readonly (readonly [string, Message])[];
}

const READING: readonly OptionName[] = ['target', 'verbose', 'json', 'lang'];
const STEP = ['[tutorial]', t('help.stepsOnly')] as const;

/** `uninstall` is done by the launcher, which needs no dependency; it is here for the help. */
const DESCRIPTIONS: Readonly<Record<Exclude<CommandName, 'run'>, Description>> = {
  list: { text: t('help.list'), options: ['json', 'lang'] },
  status: { text: t('help.status'), options: READING },
  check: { text: t('help.check'), options: READING, words: [['[tutorials...]', t('help.stepsOnly')]] },
  hints: { text: t('help.hints'), options: READING, words: [STEP, ['[level]', t('help.level')]] },
  logs: { text: t('help.logs'), options: READING, words: [STEP] },
  doctor: { text: t('help.doctor'), options: READING },
  reset: { text: t('help.reset'), options: ['target', 'verbose', 'json', 'lang'] },
  sweep: { text: t('help.sweep'), options: ['target', 'olderThan', 'expectNothing', 'yes', 'verbose', 'json', 'lang'] },
  uninstall: { text: t('help.uninstall'), options: ['yes', 'lang'] },
};

const OF_RUN: readonly OptionName[] = ALL_OPTIONS.filter((name) => name !== 'olderThan' && name !== 'expectNothing');

/**
 * Parses the command line of `npm start`. Answers the text of the help where that was asked for.
 *
 * @param columns The width of the help. Default: 80.
 * @throws {HarnessError} `USAGE`
 */
export function parseCommandLine(argv: readonly string[], language: Language, columns?: number): CommandLine | { help: string } {
  const parsed: CommandLine[] = [];
  let help = '';
  const keep: Keep = (command, parser) => {
    if (parser instanceof Command) parsed.push({ command, words: parser.args, options: parser.optsWithGlobals<Options>() });
  };
  const program = createProgram(language, { keep, columns, write: (text) => (help += text) });
  try {
    // Some versions of npm pass a `--` on, which means nothing here.
    program.parse(
      argv.filter((text) => text !== '--'),
      { from: 'user' },
    );
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed' || error.code === 'commander.help') return { help };
    throw usageErrorOf(error, ALL_OPTIONS.map(flagOf));
  }
  const [line] = parsed;
  if (line === undefined) return { help };
  requireEffect(line);
  return line;
}

/** An option or a word without effect is a mistake. */
function requireEffect({ command, words, options }: CommandLine): void {
  if (command === 'run') return requireOptions(options, OF_RUN, command);
  const { options: allowed, words: described = [] } = DESCRIPTIONS[command];
  requireOptions(options, allowed, command);
  const excess = described.some(([argument]) => argument.includes('...')) ? undefined : words[described.length];
  if (excess !== undefined) throw usageError(t('usage.excess', { argument: excess, command: commandOf(command) }));
}

function requireOptions(options: Options, allowed: readonly OptionName[], command: CommandName): void {
  const idle = Object.keys(options).find((name) => !allowed.some((other) => other === name));
  if (idle !== undefined) throw usageError(t('usage.notHere', { option: flagOf(idle), command: commandOf(command) }));
}

const commandOf = (command: CommandName): string => (command === 'run' ? 'npm start' : `npm start -- ${command}`);

type Keep = (command: CommandName, parser: unknown) => void;

interface ProgramOptions {
  keep: Keep;
  columns: number | undefined;
  write: (text: string) => void;
}

function createProgram(language: Language, { keep, columns, write }: ProgramOptions): Command {
  const titles: Readonly<Record<string, Message>> = {
    'Usage:': t('help.usage'),
    'Arguments:': t('help.arguments'),
    'Options:': t('help.options'),
    'Commands:': t('help.commands'),
  };
  const configure = (command: Command, names: readonly OptionName[], example: string) => {
    for (const option of createOptions(names, language)) command.addOption(option);
    return command
      .exitOverride()
      .helpOption('-h, --help', t('help.help').in(language))
      .configureOutput({ writeOut: write, writeErr: () => undefined, getOutHelpWidth: () => columns ?? 80 })
      .configureHelp({
        styleTitle: (title) => titles[title]?.in(language) ?? title,
        subcommandTerm: (subcommand) => new Help().subcommandTerm(subcommand).replace(' [options]', ''),
        // The parser counts a Korean character as one column, and does not wrap on narrow terminals.
        displayWidth: stringWidth,
        minWidthToWrap: 1,
        boxWrap: (text, width) => wrap(text, { columns: width, prefix: '' }),
      })
      .addHelpText('after', `\n${t('help.examples').in(language)}\n${example.replaceAll(/^/gm, '  ')}`);
  };
  const program = configure(new Command('npm start --'), OF_RUN, EXAMPLES)
    .description(t('help.description').in(language))
    .helpCommand(false)
    .argument('[tutorials...]', t('help.steps').in(language))
    .action((...args: unknown[]) => keep('run', args.at(-1)));
  for (const option of createOptions(['olderThan', 'expectNothing'], language)) program.addOption(option.hideHelp());
  for (const name of COMMANDS) {
    const { text, options, words = [] } = DESCRIPTIONS[name];
    const command = configure(program.command(name), options, `npm start -- ${name}${EXAMPLE_OF[name] ?? ''}`).description(
      text.in(language),
    );
    // How many words may follow is checked here, not by the parser, whose message does not name the word.
    for (const [argument, meaning] of words) command.argument(argument, meaning.in(language));
    command.allowExcessArguments().action((...args: unknown[]) => keep(name, args.at(-1)));
  }
  return program;
}

const EXAMPLE_OF: Readonly<Partial<Record<CommandName, string>>> = {
  check: ' 03',
  hints: ' 03 2',
  logs: ' 03',
  sweep: ' --target aws --older-than 24h --yes',
};

const EXAMPLES = `npm start -- 03
npm start -- 03 --break 1
npm start -- 03 --repair
npm start -- 04 '{"prompt":"What is the weather in Oslo?"}'
npm start -- --from 03
npm start -- all
npm start -- 05 --run 1a2b3c --target aws`;
