import { posix } from 'node:path';

import { SessionError } from './session-error.ts';
import { splitCommandLine } from './split-command-line.ts';
import type { OciImageConfig } from './types.ts';

/** What an image starts, as arguments of `node`, in terms of the image's own paths. */
export interface EntryCommand {
  /** Absolute, `/` where the image names none. */
  workingDirectory: string;
  /** Options of Node that stand before the script. */
  options: string[];
  /** Absent for `node -e CODE`. */
  script?: string;
  args: string[];
}

const NODE = new Set(['node', 'nodejs']);
/** Init processes and the official image's entry point do nothing for one process that a real init has not done already. */
const WRAPPERS = new Set(['tini', 'dumb-init', 'docker-entrypoint.sh', 'exec']);
const SHELLS = new Set(['sh', 'bash', 'ash', 'dash']);
/** Options of Node whose value is the next argument. */
const TAKES_VALUE = new Set([
  '-r',
  '--require',
  '--import',
  '--loader',
  '--experimental-loader',
  '-C',
  '--conditions',
  '--env-file',
  '--title',
]);
const EVALUATES = new Set(['-e', '--eval', '-p', '--print', '-pe']);
const MODULE = /\.(?:[cm]?js|[cm]?ts)$/;
const SHELL_SYNTAX = /[$`|&;<>(){}*?#~\\\n]/;

/**
 * Reads Entrypoint and Cmd. This backend runs an agent on the Node of this machine, so the command has to be Node, with or
 * without a path, an init or the official image's `docker-entrypoint.sh` in front, or as a shell form that holds no more.
 *
 * Throws a SessionError with code IMAGE_UNSUPPORTED that quotes the command.
 */
export function entryCommand({ config = {} }: OciImageConfig): EntryCommand {
  const workingDirectory = posix.resolve('/', config.WorkingDir ?? '');
  const given = [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])];
  if (given.length === 0)
    throw new SessionError('IMAGE_UNSUPPORTED', 'The image has neither ENTRYPOINT nor CMD. Add one, e.g. CMD ["node", "index.mjs"].');
  const argv = nodeArguments(given);
  if (!argv) {
    throw new SessionError(
      'IMAGE_UNSUPPORTED',
      `The image starts ${JSON.stringify(given)}. Agents run on this machine's Node here, so that has to be "node", a script and its arguments, e.g. ["node", "/app/index.mjs"].`,
    );
  }
  return { workingDirectory, ...splitArguments(argv) };
}

/** What follows `node`, or undefined when it is something else that is started. */
function nodeArguments(command: readonly string[]): readonly string[] | undefined {
  const [first = '', ...rest] = command;
  const program = posix.basename(first);
  if (NODE.has(program)) return rest;
  if (WRAPPERS.has(program)) {
    const next = rest.findIndex((word) => !word.startsWith('-'));
    const inner = next === -1 ? [] : rest.slice(next);
    // The official entry point puts `node` in front of what is no command.
    if (program === 'docker-entrypoint.sh' && (rest[0]?.startsWith('-') || MODULE.test(inner[0] ?? ''))) return rest;
    return nodeArguments(inner);
  }
  if (SHELLS.has(program) && rest[0] === '-c' && rest[1] !== undefined) {
    const words = shellWords(rest[1]);
    return words && nodeArguments(words);
  }
  return undefined;
}

/** The words of a command line that needs no shell: quotes are understood, every other piece of syntax is not. */
function shellWords(line: string): string[] | undefined {
  if (SHELL_SYNTAX.test(line)) return undefined;
  return splitCommandLine(line);
}

function splitArguments(argv: readonly string[]): Pick<EntryCommand, 'options' | 'script' | 'args'> {
  let at = 0;
  let evaluates = false;
  for (let word = argv[at]; word?.startsWith('-') && word !== '-'; word = argv[at]) {
    if (word === '--') break;
    evaluates ||= EVALUATES.has(word);
    at += TAKES_VALUE.has(word) || EVALUATES.has(word) ? 2 : 1;
  }
  const options = argv.slice(0, at);
  if (evaluates) return { options, args: argv.slice(at) };
  const rest = argv[at] === '--' ? argv.slice(at + 1) : argv.slice(at);
  const [script, ...args] = rest;
  if (script === undefined)
    throw new SessionError('IMAGE_UNSUPPORTED', `The image starts ${JSON.stringify(['node', ...argv])}, which names no script.`);
  return { options, script, args };
}
