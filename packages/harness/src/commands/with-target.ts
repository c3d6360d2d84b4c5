import type { Message } from '../messages/catalog.ts';
import { t } from '../messages/index.ts';
import { openAwsTarget, openLocalTarget, type Target } from '../target.ts';
import type { CommandContext } from './context.ts';

/**
 * Opens the target as the learner's own steps do, and closes it in any case. On an account it reports where it is, and that it only reads.
 *
 * @param work Starts over when the emulator was inside of another command and ended with it: it must only read, and print nothing.
 */
export async function withTarget<T>(
  { options, directory, say }: Pick<CommandContext, 'options' | 'directory' | 'say'>,
  work: (target: Target) => Promise<T>,
  plan: readonly Message[] = [t('target.reads')],
): Promise<T> {
  for (;;) {
    const target =
      options.target === 'aws'
        ? await openAwsTarget({ yes: true, plan, say, models: process.env['OPENAI_API_KEY'] ? ['openai'] : [] })
        : await openLocalTarget({ directory, ephemeral: false });
    try {
      return await work(target);
    } catch (error) {
      if (!(await target.hasEnded())) throw error;
    } finally {
      await target.close();
    }
  }
}
