// A source file that passes 350 lines usually holds two ideas, and a reader who looks for one of them has to read both.
import { readFile } from 'node:fs/promises';

const MAX_LINES = 350;

export async function checkFileSize(files: readonly string[]): Promise<string[]> {
  const sources = files.filter((file) => /\.m?ts$/.test(file) && !file.endsWith('.test.ts'));
  const sizes = await Promise.all(sources.map(async (file) => ({ file, lines: (await readFile(file, 'utf8')).split('\n').length })));
  return sizes
    .filter(({ lines }) => lines > MAX_LINES)
    .map(({ file, lines }) => `${file} has ${lines} lines, more than ${MAX_LINES}: split it by idea`);
}
