import { loadMessages } from '../find-steps.ts';
import { verbatim } from '../messages/catalog.ts';
import type { CommandContext } from './context.ts';

/** `list`: the tutorials. */
export async function list({ ids, options, say }: CommandContext): Promise<number> {
  const steps = await Promise.all(ids.map(async (id) => ({ id, title: (await loadMessages(id))('title') })));
  if (options.json) process.stdout.write(`${JSON.stringify({ steps: ids })}\n`);
  else say.table(steps.map(({ id, title }) => ({ cells: [verbatim(id), title] })));
  return 0;
}
