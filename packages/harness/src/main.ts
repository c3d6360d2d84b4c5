import { fileURLToPath } from 'node:url';
import { runTutorials } from './run-tutorials.ts';
import type { Step } from './step.ts';

/** The end of every step's file: runs the step when that file was started itself, `pnpm start` in its folder. */
export async function main(meta: ImportMeta, step: Step): Promise<void> {
  // The step is handed over: importing its file here would wait for this very call, for ever.
  if (meta.main)
    process.exitCode = await runTutorials(process.argv.slice(2), { only: { step, folder: fileURLToPath(new URL('..', meta.url)) } });
}
