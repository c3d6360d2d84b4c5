import type { CommanderError } from 'commander';
import { HarnessError } from '../errors.ts';
import type { Message } from '../messages/catalog.ts';
import { t } from '../messages/index.ts';

/**
 * An error of the parser in the words of our catalogue. The parser's own are in English, with the option in quotes.
 *
 * @param flags The options that there are.
 */
export function usageErrorOf({ code, message }: CommanderError, flags: readonly string[]): HarnessError {
  return usageError(problemOf(code, message, flags));
}

export function usageError(problem: Message): HarnessError {
  return new HarnessError('USAGE', t('usage.see', { problem }));
}

function problemOf(code: string, message: string, flags: readonly string[]): Message {
  const [, quoted = ''] = /'([^']*)'/.exec(message) ?? [];
  const option = /--[\w-]+/.exec(quoted)?.[0] ?? quoted;
  const [, similar] = /Did you mean (?:one of )?(.+?)\?/.exec(message) ?? [];
  if (code === 'commander.optionMissingArgument') return t('usage.missingValue', { option });
  if (quoted.includes('=') && flags.includes(option)) return t('usage.unwantedValue', { option });
  return similar === undefined ? t('usage.unknownOption', { option }) : t('usage.unknownOption.similar', { option, similar });
}
