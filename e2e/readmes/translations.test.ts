import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseBlocks } from './parse-blocks.ts';
import { ROOT } from './reader.ts';

const READMES = globSync(['README.md', 'packages/*/README.md', 'tutorials/*/README.md'], { cwd: ROOT }).filter((readme) =>
  existsSync(join(ROOT, koreanOf(readme))),
);

// What runs is the English page: the same commands and outputs in the Korean one are right because they are the same.
test.each(READMES)('the Korean page of %s shows the same commands and outputs', (readme) => {
  const korean = join(ROOT, koreanOf(readme));
  const blocks = blocksOf(join(ROOT, readme));
  if (process.env['README_WRITE'] === '1') copyBlocks(korean, blocks);
  expect(blocksOf(korean)).toEqual(blocks);
});

function koreanOf(readme: string): string {
  return readme.replace(/\.md$/, '.ko.md');
}

function blocksOf(file: string): string[] {
  return parseBlocks(readFileSync(file, 'utf8')).map(({ text }) => text);
}

function copyBlocks(file: string, texts: readonly string[]): void {
  const lines = readFileSync(file, 'utf8').split('\n');
  const blocks = parseBlocks(lines.join('\n'));
  if (blocks.length !== texts.length) return;
  for (const [index, block] of blocks.entries().toArray().toReversed()) {
    const indent = /^ */.exec(lines[block.line - 1] ?? '')?.[0] ?? '';
    const fresh = (texts[index] ?? '').split('\n').map((line) => (line === '' ? '' : indent + line));
    lines.splice(block.line, block.text.split('\n').length, ...fresh);
  }
  writeFileSync(file, lines.join('\n'));
}
