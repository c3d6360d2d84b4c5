import { arch, cpus, totalmem } from 'node:os';
import type { BenchRow } from './index.ts';

/** The rows of the benchmark as a Markdown table, with the machine they were measured on. */
export function benchTable(rows: readonly BenchRow[]): string {
  const [cpu] = cpus();
  const machine = `Node ${process.version}, ${process.platform} ${arch()}, ${cpus().length} x ${cpu?.model.trim() || 'unnamed CPU'}, ${Math.round(totalmem() / 2 ** 30)} GB`;
  const lines = rows.map(({ name, unit, ours, baseline, peer }) => {
    const ratio = (ours / baseline).toFixed(2);
    return `| ${name} (${unit}) | ${cell(ours)} | ${cell(baseline)} | ${cell(peer)} | ${ratio} |`;
  });
  return [
    `Measured on ${machine}.`,
    '',
    '| | this package | bare node:http | npm `bedrock-agentcore` 0.4.4 | ours / bare |',
    '|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

function cell(value: number | undefined): string {
  return value === undefined ? '' : value.toLocaleString('en-US');
}
