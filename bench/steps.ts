import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** All five tutorials in one go, as `npm start` runs them, without what npm and pnpm add; and each step's part of it. */
export async function benchSteps(): Promise<{ name: string; unit: string; ours: number }[]> {
  const began = performance.now();
  const { steps } = await runTutorials();
  const total = performance.now() - began;
  return [
    { name: 'all tutorials', unit: 'ms', ours: Math.round(total) },
    ...steps.map(({ step, ms }) => ({ name: step, unit: 'ms', ours: Math.round(ms) })),
  ];
}

function runTutorials(): Promise<{ steps: { step: string; ms: number }[] }> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', 'packages/harness/src/cli.ts', '--json'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(output.trim().split('\n').at(-1) ?? '') as never);
      else reject(new Error(`the tutorials failed with exit status ${code}: run npm start to see why`));
    });
  });
}
