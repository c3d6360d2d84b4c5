import { loadMessages } from '../find-steps.ts';
import type { CommandContext } from './context.ts';

/** `list`: the tutorials. */
export async function list({ ids, options, say }: CommandContext): Promise<number> {
  const steps = await Promise.all(ids.map(async (id) => ({ id, title: (await loadMessages(id))('title') })));
  if (options.json) process.stdout.write(`${JSON.stringify({ steps: ids })}\n`);
  else for (const { id, title } of steps) process.stdout.write(`${id.padEnd(24)}${say.text(title)}\n`);
  return 0;
}
