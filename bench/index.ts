// pnpm bench [runtime|deploy|emulator|steps|install] [--json] [--write]: what this project promises about speed, measured beside a baseline in one run.
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { writeTable } from './write-table.ts';

interface Row {
  name: string;
  unit: string;
  ours: number;
  baseline?: number;
  peer?: number;
}

const SUITES: Record<string, () => Promise<Row[]>> = {
  steps: async () => (await import('./steps.ts')).benchSteps(),
  install: async () => (await import('./install.ts')).benchInstall(),
  emulator: async () => (await import('../packages/emulator/bench/index.ts')).benchEmulator(),
  runtime: async () => (await import('../packages/runtime/bench/index.ts')).benchRuntime(),
  deploy: async () => (await import('../packages/deploy/bench/index.ts')).benchDeploy(),
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' }, write: { type: 'boolean' } } });
const unknown = positionals.find((name) => !SUITES[name]);
if (unknown !== undefined) {
  console.error(`bench: there is no '${unknown}'. There is: ${Object.keys(SUITES).join(', ')}.`);
  process.exit(2);
}

const machine = {
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  node: process.version,
  platform: `${process.platform}-${process.arch}`,
};
const results: Record<string, Row[]> = {};
if (!values.json) console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${machine.platform}\n`);
for (const name of positionals.length > 0 ? positionals : Object.keys(SUITES)) {
  const rows = await SUITES[name]!();
  results[name] = rows;
  if (!values.json) console.log(`## ${name}\n\n${table(rows)}\n`);
  if (values.write) await writeTable(name, `${machine.cores} cores (${machine.cpu}), Node ${machine.node}\n\n${table(rows)}`);
}
if (values.json) console.log(JSON.stringify({ machine, results }));

function table(rows: readonly Row[]): string {
  const cell = (value: number | undefined) => (value === undefined ? '' : String(value));
  const lines = rows.map((row) => `| ${row.name} | ${row.ours} | ${cell(row.baseline)} | ${cell(row.peer)} | ${row.unit} |`);
  return ['| what | ours | baseline | peer | unit |', '|---|--:|--:|--:|---|', ...lines].join('\n');
}
