// `node packages/runtime/bench/write-readme.ts [contract|bench ...]` measures, and writes what it found into the READMEs of this package.
import { readFile, writeFile } from 'node:fs/promises';
import { benchTable } from './bench-table.ts';
import { contractTable } from './contract-table.ts';
import { benchRuntime } from './index.ts';

const parts: Record<string, () => Promise<string>> = {
  contract: contractTable,
  bench: async () => benchTable(await benchRuntime({ progress: (line) => console.error(line) })),
};

const wanted = process.argv.slice(2);
for (const name of wanted.length === 0 ? Object.keys(parts) : wanted) {
  const make = parts[name];
  if (make === undefined) throw new Error(`There is no part ${name}; the parts are: ${Object.keys(parts).join(', ')}.`);
  const text = await make();
  for (const file of ['README.md', 'README.ko.md']) {
    const url = new URL(`../${file}`, import.meta.url);
    const page = await readFile(url, 'utf8');
    const place = new RegExp(`(<!-- generated:${name} -->\\n)[\\s\\S]*?(\\n<!-- /generated -->)`);
    if (!place.test(page)) throw new Error(`${file} has no place for ${name}: <!-- generated:${name} --> and <!-- /generated -->.`);
    await writeFile(
      url,
      page.replace(place, (_all, head: string, tail: string) => `${head}${text}${tail}`),
    );
  }
}
