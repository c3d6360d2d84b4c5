// TypeScript that a tutorial's page shows is in the tutorial: line by line, in this order, in one of its files. `...` stands for whatever is there.
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export async function checkSnippets(files: readonly string[]): Promise<string[]> {
  const findings: string[] = [];
  for (const page of files.filter((file) => /^tutorials\/[^/]+\/README(?:\.ko)?\.md$/.test(file))) {
    const folder = dirname(page);
    const sources = await Promise.all(
      files.filter((file) => file.startsWith(`${folder}/src/`)).map(async (file) => collapse(await readFile(file, 'utf8'))),
    );
    for (const { line, code } of snippetsOf(await readFile(page, 'utf8'))) {
      const wanted = code.split('\n').map(collapse).filter(Boolean);
      if (!sources.some((source) => holds(source, wanted)))
        findings.push(`${page}:${line} shows code that is in no file of ${folder}/src in this way: ${wanted[0]}`);
    }
  }
  return findings;
}

function snippetsOf(markdown: string): { line: number; code: string }[] {
  return [...markdown.matchAll(/^ *```ts\n([\s\S]*?)^ *```$/gm)].map(({ 1: code = '', index }) => ({
    line: markdown.slice(0, index).split('\n').length,
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
