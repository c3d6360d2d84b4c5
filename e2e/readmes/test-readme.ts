import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findDifference } from './match-output.ts';
import { parseBlocks, type Block } from './parse-blocks.ts';
import { ROOT, type Reader } from './reader.ts';

/** With README_WRITE=1 what a command says is written into the README in place of what is there, unless lines are left out there. */
const WRITE = process.env['README_WRITE'] === '1';

export interface TestReadmeOptions {
  /** What stands in the README, and what it is here: a port that is free, say. */
  instead?: readonly [string, string];
  /** Of so many blocks at the beginning only. */
  first?: number;
}

/** Runs every block of the language `console` in a README, in order. */
export function testReadme(readme: string, reader: Reader, { instead = ['', ''], first }: TestReadmeOptions = {}): void {
  const [original, here] = instead;

  const file = join(ROOT, readme);
  const written: { block: Block; text: string }[] = [];
  describe(`${readme}`, () => {
    for (const block of parseBlocks(readFileSync(file, 'utf8')).slice(0, first)) {
      // Ends what hangs; a loaded machine takes several times as long as a quiet one.
      const timeout = Number(block.attributes['timeout'] ?? 600);
      test.skipIf(isMissing(block.attributes['needs']))(
        `line ${block.line}: ${block.commands.map(({ command }) => command).join(' ; ')}`,
        async () => {
          const outputs: string[] = [];
          for (const [index, { command, expected, line }] of block.commands.entries()) {
            const folder = reader.folderOf(readme);
            const typed = original === '' ? command : command.replaceAll(original, here);
            const said = await (command.endsWith(' &') ? reader.start(typed, folder, expected.length) : reader.run(typed, folder, timeout));
            const status = said.status;
            const output = here === '' ? said.output : said.output.replaceAll(here, original);
            outputs.push(`$ ${command}\n${output.trimEnd().replace(/^\n+/, '')}`);
            const last = index === block.commands.length - 1;
            const difference = findDifference(expected, output);
            if (difference && WRITE && !expected.some((text) => text.includes('...'))) continue;
            expect(difference, `${readme}:${line}: $ ${command}\n${output}`).toBeUndefined();
            if (last) expect(status, `${readme}:${line}: the exit status of ${command}`).toBe(Number(block.attributes['exit'] ?? 0));
          }
          if (WRITE) written.push({ block, text: outputs.join('\n') });
        },
        timeout * 1000 * block.commands.length,
      );
    }
  });
  afterAll(() => {
    if (written.length > 0) writeFileSync(file, rewrite(readFileSync(file, 'utf8'), written));
  });
}

/** `needs=account` is never there, `needs=aws` when there is no such command on this machine. */
function isMissing(needs: string | undefined): boolean {
  if (needs === undefined) return false;
  return needs === 'account' || !(process.env['PATH'] ?? '').split(':').some((directory) => existsSync(join(directory, needs)));
}

/** Blocks whose output fits are left as they are, times and ids included: a rewritten README shows only what is new. */
function rewrite(markdown: string, written: readonly { block: Block; text: string }[]): string {
  const lines = markdown.split('\n');
  for (const { block, text } of written.toReversed()) {
    if (block.commands.every(({ expected }, index) => findDifference(expected, outputOf(text, index)) === undefined)) continue;
    const indent = /^ */.exec(lines[block.line - 1] ?? '')?.[0] ?? '';
    lines.splice(block.line, block.text.split('\n').length, ...text.split('\n').map((line) => (line === '' ? '' : indent + line)));
  }
  return lines.join('\n');
}

const outputOf = (text: string, index: number) => text.split(/^\$ .*$/m)[index + 1] ?? '';
