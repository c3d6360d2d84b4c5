import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator } from '@agentcore-tutorials/emulator';
import { startTap } from '../src/test/tap.ts';
import { buildScript } from './build.ts';
import type { BenchRow } from './index.ts';
import type { Measured } from './measure.ts';
import { measure, median, round } from './measure.ts';

type Figures = Measured & { requests: number; writes: number; sentKb: number };

/** Cold, after a change of the code, and unchanged: each in a process of its own, as a person runs it. */
export async function deployRows(runs: number): Promise<BenchRow[]> {
  const directory = await mkdtemp(join(tmpdir(), 'deploy-bench-'));
  // A folder of its own: the bundle is kept there.
  const modules = join(import.meta.dirname, '../node_modules');
  await mkdir(join(directory, 'node_modules'));
  for (const name of await readdir(modules)) await symlink(join(modules, name), join(directory, 'node_modules', name));
  const entry = join(directory, 'agent.ts');
  const source = await readFile(new URL('./agent.ts', import.meta.url), 'utf8');
  const emulator = await startEmulator({ ephemeral: true });
  const tap = await startTap(emulator.endpoint);
  const env = { ...process.env, ...emulator.env, AWS_ENDPOINT_URL: tap.url };
  const cli = await buildScript(new URL('../src/cli.ts', import.meta.url), directory);
  const floorScript = await buildScript(new URL('./floor.ts', import.meta.url), directory);

  async function once(command: 'deploy' | 'destroy', artifact = 'image'): Promise<Figures> {
    tap.calls.length = 0;
    const agent = ['--name', `bench_${artifact}`, '--entry', entry, '--artifact', artifact];
    const measured = await measure([cli, command, ...agent, '--json'], env);
    const sent = tap.calls.reduce((sum, { requestBytes }) => sum + requestBytes, 0);
    return { ...measured, requests: tap.calls.length, writes: tap.writes().length, sentKb: sent / 1024 };
  }

  const newFigures = (): Record<'changed' | 'cold' | 'destroy' | 'unchanged', Figures[]> => ({
    cold: [],
    changed: [],
    unchanged: [],
    destroy: [],
  });
  const [figures, zipFigures] = [newFigures(), newFigures()];
  const floor: Measured[] = [];
  try {
    for (let run = 0; run < runs; run += 1) {
      for (const [artifact, into] of [
        ['image', figures],
        ['zip', zipFigures],
      ] as const) {
        await writeFile(entry, source);
        into.cold.push(await once('deploy', artifact));
        into.unchanged.push(await once('deploy', artifact));
        await writeFile(entry, source.replace('Hello', `Hello number ${run}`));
        into.changed.push(await once('deploy', artifact));
        into.destroy.push(await once('destroy', artifact));
      }
      floor.push(await measure([floorScript, entry], env));
    }
  } finally {
    await tap.close();
    await emulator.stop();
    await rm(directory, { recursive: true, force: true });
  }

  const of = (kind: keyof typeof figures, field: keyof Figures, among = figures): number =>
    round(median(among[kind].map((each) => each[field])));
  const baseline = round(median(floor.map(({ ms }) => ms)));
  const baselineCpu = round(median(floor.map(({ cpuMs }) => cpuMs)));
  return [
    { name: 'deploy, cold', unit: 'ms', ours: of('cold', 'ms'), baseline },
    { name: 'deploy, code changed', unit: 'ms', ours: of('changed', 'ms'), baseline },
    { name: 'deploy, unchanged', unit: 'ms', ours: of('unchanged', 'ms'), baseline },
    { name: 'destroy', unit: 'ms', ours: of('destroy', 'ms') },
    { name: 'zip, cold', unit: 'ms', ours: of('cold', 'ms', zipFigures), baseline },
    { name: 'zip, code changed', unit: 'ms', ours: of('changed', 'ms', zipFigures), baseline },
    { name: 'zip, unchanged', unit: 'ms', ours: of('unchanged', 'ms', zipFigures), baseline },
    { name: 'zip, unchanged: writes', unit: '', ours: of('unchanged', 'writes', zipFigures) },
    { name: 'deploy, cold: processor', unit: 'ms', ours: of('cold', 'cpuMs'), baseline: baselineCpu },
    { name: 'deploy, unchanged: processor', unit: 'ms', ours: of('unchanged', 'cpuMs'), baseline: baselineCpu },
    { name: 'deploy, cold: memory', unit: 'MB', ours: of('cold', 'rssMb') },
    { name: 'deploy, cold: requests', unit: '', ours: of('cold', 'requests') },
    { name: 'deploy, cold: sent', unit: 'KB', ours: of('cold', 'sentKb') },
    { name: 'deploy, code changed: requests', unit: '', ours: of('changed', 'requests') },
    { name: 'deploy, code changed: sent', unit: 'KB', ours: of('changed', 'sentKb') },
    { name: 'deploy, unchanged: requests', unit: '', ours: of('unchanged', 'requests') },
    { name: 'deploy, unchanged: writes', unit: '', ours: of('unchanged', 'writes') },
  ];
}
