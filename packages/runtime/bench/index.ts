import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { invocation, load } from './load.ts';
import { prepare, type Prepared } from './prepare.ts';
import { startSubject, type Subject } from './subject.ts';

const run = promisify(execFile);

/** One measurement: this package, bare node:http, and the official package where it could be installed. */
export interface BenchRow {
  name: string;
  unit: string;
  ours: number;
  baseline: number;
  peer?: number;
}

type Name = 'ours' | 'baseline' | 'peer';
type Samples = Record<Name, number[]>;

// What else the machine does only ever makes a measurement worse: the better quartile is nearer to the truth than the median.
const quantile = (values: readonly number[], at: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * at)] ?? Number.NaN;
const round = (value: number, digits = 1): number => Number(value.toFixed(digits));

/** Measures all of it, the three by turns, so that what else the machine does hits them alike. Takes about two minutes. Each figure is the better quartile of its rounds. */
export async function benchRuntime({ rounds = 11, progress = (_line: string): void => {} } = {}): Promise<BenchRow[]> {
  const prepared = await prepare();
  const names: Name[] = prepared.peerModule === undefined ? ['ours', 'baseline'] : ['ours', 'baseline', 'peer'];
  const rows: BenchRow[] = [];
  const add = (name: string, unit: string, samples: Samples, digits?: number): void => {
    const typical = (values: number[]): number => round(quantile(values, unit === '1/s' ? 0.75 : 0.25), digits);
    const row: BenchRow = { name, unit, ours: typical(samples.ours), baseline: typical(samples.baseline) };
    if (samples.peer.length > 0) row.peer = typical(samples.peer);
    rows.push(row);
    progress(`${row.name}: ${row.ours} ${unit}, bare ${row.baseline}, official ${row.peer ?? '-'}`);
  };

  await measureStart(prepared, names, rounds, add);
  await measureImport(prepared, names, rounds, add);
  await measureLoad(prepared, names, rounds, 'info', add);
  await measureMemory(prepared, names, 5, add);
  await measureLoad(prepared, names, rounds, 'silent', add);
  return rows;
}

type Add = (name: string, unit: string, samples: Samples, digits?: number) => void;
const samples = (): Samples => ({ ours: [], baseline: [], peer: [] });

function start(prepared: Prepared, name: Name, level: string): Promise<Subject> {
  const file = name === 'peer' ? prepared.peer : name === 'ours' ? prepared.ours : prepared.bare;
  return startSubject(file, { LOG_LEVEL: level, DOCKER_CONTAINER: '', PEER: prepared.peerModule ?? '' });
}

async function measureStart(prepared: Prepared, names: Name[], rounds: number, add: Add): Promise<void> {
  const started = samples();
  const idle = samples();
  for (let index = 0; index < rounds; index += 1) {
    for (const name of names) {
      const subject = await start(prepared, name, 'info');
      started[name].push(subject.started);
      idle[name].push((await subject.used(true)).rss / 2 ** 20);
      await subject.stop();
    }
  }
  add('spawn to first ping', 'ms', started);
  add('RSS idle', 'MB', idle);
}

async function measureImport(prepared: Prepared, names: Name[], rounds: number, add: Add): Promise<void> {
  const modules: Record<Name, string> = { ours: prepared.oursModule, baseline: 'node:http', peer: prepared.peerModule ?? '' };
  const times = samples();
  for (let index = 0; index < rounds; index += 1) {
    for (const name of names) {
      const script = `const t = performance.now(); await import(${JSON.stringify(modules[name])}); console.log(performance.now() - t)`;
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script]);
      times[name].push(Number(stdout));
    }
  }
  add('import', 'ms', times);
}

async function measureLoad(prepared: Prepared, names: Name[], rounds: number, level: string, add: Add): Promise<void> {
  const logs = level === 'silent' ? 'logs off' : 'logs on';
  const payloads = [
    { name: '1 KB', size: 1024, count: 1500, connections: 16, turns: rounds * 4 },
    ...(level === 'silent'
      ? []
      : [
          { name: '100 KB', size: 100 * 1024, count: 150, connections: 8, turns: rounds },
          { name: '10 MB', size: 10 * 1024 * 1024, count: 4, connections: 2, turns: rounds },
        ]),
  ];
  const subjects = new Map<Name, Subject>();
  for (const name of names) subjects.set(name, await start(prepared, name, level));
  try {
    for (const payload of payloads) {
      const text = 'x'.repeat(payload.size);
      const request = invocation({ text });
      const large = invocation({ text }, 'application/vnd.large+json');
      const [cpu, rate, p50, p99] = [samples(), samples(), samples(), samples()];
      for (let index = -2; index < payload.turns; index += 1) {
        for (const [name, subject] of subjects) {
          const before = (await subject.used()).cpu;
          const result = await load(
            subject.port,
            name === 'peer' && payload.size > 2 ** 20 ? large : request,
            payload.count,
            payload.connections,
          );
          const after = (await subject.used()).cpu;
          if (index < 0) continue; // the first rounds warm the compiler
          cpu[name].push((after - before) / payload.count);
          rate[name].push(payload.count / result.seconds);
          p50[name].push(result.latencies[Math.floor(result.latencies.length * 0.5)] ?? 0);
          p99[name].push(result.latencies[Math.floor(result.latencies.length * 0.99)] ?? 0);
        }
      }
      add(`CPU per request, ${payload.name}, ${logs}`, 'us', cpu);
      if (level === 'silent') continue;
      add(`requests per second, ${payload.name}, ${logs}`, '1/s', rate, 0);
      add(`p50, ${payload.name}, ${logs}`, 'ms', p50, 2);
      add(`p99, ${payload.name}, ${logs}`, 'ms', p99, 2);
    }
    if (level !== 'silent') {
      await measureEvents(subjects, rounds, add);
    }
  } finally {
    for (const subject of subjects.values()) await subject.stop();
  }
}

/** A fresh process for each sample: what a heap has grown to is never given back in full, and depends on when it was collected. */
async function measureMemory(prepared: Prepared, names: Name[], rounds: number, add: Add): Promise<void> {
  const loaded = samples();
  for (let index = 0; index < rounds; index += 1) {
    for (const name of names) {
      const subject = await start(prepared, name, 'info');
      await load(subject.port, invocation({ text: 'x'.repeat(1024) }), 3000, 16);
      await load(subject.port, invocation({ text: 'x'.repeat(100 * 1024) }), 200, 8);
      loaded[name].push((await subject.used(true)).rss / 2 ** 20);
      await subject.stop();
    }
  }
  add('RSS after 3,000 requests of 1 KB and 200 of 100 KB', 'MB', loaded);
}

async function measureEvents(subjects: Map<Name, Subject>, rounds: number, add: Add): Promise<void> {
  const events = 100_000;
  const request = invocation({ events }, 'application/json', 'text/event-stream');
  const [rate, cpu] = [samples(), samples()];
  for (let index = -1; index < rounds; index += 1) {
    for (const [name, subject] of subjects) {
      const before = (await subject.used()).cpu;
      const result = await load(subject.port, request, 1, 1);
      const after = (await subject.used()).cpu;
      if (index < 0) continue;
      rate[name].push(events / result.seconds);
      cpu[name].push((after - before) / events);
    }
  }
  add('SSE events per second', '1/s', rate, 0);
  add('CPU per SSE event', 'us', cpu, 2);
}
