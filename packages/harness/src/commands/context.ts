import type { Language } from '../messages/catalog.ts';
import type { Narrator } from '../narrator.ts';
import type { Options } from '../program/options.ts';

/** What every command gets to work with. */
export interface CommandContext {
  /** What is neither a command nor an option. */
  words: readonly string[];
  options: Options;
  language: Language;
  /** The tutorials, in order. */
  ids: readonly string[];
  /** The tutorial whose folder the command was started in. */
  here: string | undefined;
  /** The state of the harness. */
  directory: string;
  say: Narrator;
  /** The same, for a summary. */
  brief(): Narrator;
}

/** Returns the exit status. */
export type Command = (context: CommandContext) => Promise<number>;
