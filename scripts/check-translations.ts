// A README.ko.md says at its end which English text it translates. When the English changes, the translation is stale until somebody has looked.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { listFiles } from './list-files.ts';

const MARK = /<!-- translated-from: ([0-9a-f]{12}) -->/;

export async function checkTranslations(files: readonly string[]): Promise<string[]> {
  const findings: string[] = [];
  for (const english of files.filter(isLearners)) {
    const korean = english.replace(/\.md$/, '.ko.md');
    if (!files.includes(korean)) {
      findings.push(`${english} has no Korean translation: write ${korean}`);
      continue;
    }
    const mark = MARK.exec(await readFile(korean, 'utf8'))?.[1];
    const expected = await digest(english);
    if (mark !== expected) {
      findings.push(
        `${korean} is stale: ${english} has changed since it was translated. Bring it up to date, then run: pnpm run translated ${korean}`,
      );
    }
  }
  return findings;
}

/** What learners and users of the packages read; contributors' pages are in English only. */
function isLearners(file: string): boolean {
  return /^(?:(?:packages|tutorials)\/[^/]+\/)?README\.md$/.test(file);
}

/** The text of an English page, without what is generated or measured in it: a new figure needs no translator. */
async function digest(file: string): Promise<string> {
  const text = (await readFile(file, 'utf8')).replaceAll(/<!-- generated:[^>]*-->[\s\S]*?<!-- \/generated -->/g, '');
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** `pnpm run translated FILE...` (or `--all`) records that a translation is up to date with its source. */
export async function recordTranslations(argv: readonly string[]): Promise<void> {
  const all = (await listFiles()).filter((file) => file.endsWith('README.ko.md'));
  for (const korean of argv.includes('--all') ? all : argv) {
    const text = (await readFile(korean, 'utf8')).replace(MARK, '').trimEnd();
    const mark = await digest(korean.replace(/\.ko\.md$/, '.md'));
    await writeFile(korean, `${text}\n\n<!-- translated-from: ${mark} -->\n`);
  }
}
