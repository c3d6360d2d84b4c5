// `node packages/deploy/bench/write-readme.ts` measures, and writes what it found into the READMEs of this package.
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { benchDeploy } from './index.ts';

const rows = await benchDeploy({ runs: 5 });
const cell = (value: number | undefined): string => (value === undefined ? '' : String(value));
const table = [
  `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.version}, medians of 5`,
  '',
  '| what | unit | ours | floor | containerify |',
  '|---|---|--:|--:|--:|',
  ...rows.map(({ name, unit, ours, baseline, peer }) => `| ${name} | ${unit} | ${ours} | ${cell(baseline)} | ${cell(peer)} |`),
].join('\n');

for (const file of ['README.md', 'README.ko.md']) {
  const url = new URL(`../${file}`, import.meta.url);
  const page = await readFile(url, 'utf8');
  const place = /(<!-- generated:bench -->\n)[\s\S]*?(\n<!-- \/generated -->)/;
  if (!place.test(page)) throw new Error(`${file} has no place for the table: <!-- generated:bench --> and <!-- /generated -->.`);
  await writeFile(
    url,
    page.replace(place, (_all, head: string, tail: string) => `${head}${table}${tail}`),
  );
}
