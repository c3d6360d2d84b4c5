// TypeScript that a page shows is code that runs: line by line, in this order. A block of a tutorial is in one of the tutorial's files; a block that
// names an example of a package (```ts examples/express.ts) is in that file. `...` stands for whatever is there.
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export async function checkSnippets(files: readonly string[]): Promise<string[]> {
  const findings: string[] = [];
  for (const page of files.filter((file) => /^(?:tutorials|packages)\/[^/]+\/README(?:\.ko)?\.md$/.test(file))) {
    const folder = dirname(page);
    for (const { line, name, code } of snippetsOf(await readFile(page, 'utf8'))) {
      if (name === '' ? !folder.startsWith('tutorials/') : !name.startsWith('examples/')) continue;
      const places = name === '' ? files.filter((file) => file.startsWith(`${folder}/src/`)) : [`${folder}/${name}`];
      const sources = await Promise.all(places.map(async (file) => collapse(await readFile(file, 'utf8').catch(() => ''))));
      const wanted = code.split('\n').map(collapse).filter(Boolean);
      if (!sources.some((source) => holds(source, wanted)))
        findings.push(`${page}:${line} shows code that is not in ${name === '' ? `any file of ${folder}/src` : places[0]}: ${wanted[0]}`);
    }
  }
  return findings;
}

function snippetsOf(markdown: string): { line: number; name: string; code: string }[] {
  return [...markdown.matchAll(/^ *```ts(?: (\S+))?\n([\s\S]*?)^ *```$/gm)].map(({ 1: name = '', 2: code = '', index }) => ({
    line: markdown.slice(0, index).split('\n').length,
    name,
    code,
  }));
}

function holds(source: string, lines: readonly string[]): boolean {
  let at = 0;
  for (const part of lines.flatMap((line) =>
    line
      .replace(/ \/\/ .*$/, '')
      .split('...')
      .map((text) => text.trim().replace(/,$/, '')),
  )) {
    const found = source.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return true;
}

/** Where lines break is the formatter's business. */
function collapse(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/([([{]) /g, '$1')
    .replaceAll(/,? ([)\]}])/g, '$1')
    .trim();
}
