// `npx pnpm contract [--record FILE | --replay FILE] [arguments of vitest]`: see CONTRIBUTING.md, "The contract with AWS".
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { compareRecordings } from './record/compare.ts';
import { readRecording } from './record/recording.ts';

const { values, positionals } = parseArgs({
  options: { record: { type: 'string' }, replay: { type: 'string' } },
  allowPositionals: true,
});
if (values.record !== undefined && values.replay !== undefined)
  throw new Error('Both --record and --replay were given. Expected one of them: record first, then replay what was recorded.');
if (values.replay === undefined) process.exitCode = await runSuite(values.record);
else await replay(values.replay);

/** Runs the suite, and keeps what it was answered if a file is given. */
async function runSuite(file: string | undefined, env: NodeJS.ProcessEnv = {}): Promise<number> {
  const child = spawn('vitest', ['run', '--project', 'contract', ...positionals], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, ...env, ...(file === undefined ? {} : { CONTRACT_RECORD: resolve(file) }) },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

/** Holds the emulator to a recording, and lists each difference. */
async function replay(file: string): Promise<void> {
  const recorded = readRecording(await readFile(file, 'utf8'));
  const directory = await mkdtemp(join(tmpdir(), 'contract-'));
  try {
    const own = join(directory, 'replayed.json');
    const code = await runSuite(own, { CONTRACT_TARGET: 'emulator' });
    const differences = compareRecordings(recorded, readRecording(await readFile(own, 'utf8')));
    for (const difference of differences) console.log(difference);
    console.log(
      `${differences.length} differences from ${recorded.calls.length} calls, recorded on ${recorded.recordedOn} (${recorded.target})`,
    );
    process.exitCode = differences.length > 0 ? 1 : code;
  } finally {
    await rm(directory, { recursive: true });
  }
}
