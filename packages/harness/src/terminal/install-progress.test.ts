import { afterEach, expect, test, vi } from 'vitest';
import stringWidth from 'string-width';

interface Progress {
  read(text: string): void;
  stop(): void;
}

type CreateProgress = (options: { message: () => string; stream: object; env: object }) => Progress;

afterEach(() => void vi.useRealTimers());

// The launcher is JavaScript without types: it runs before anything is installed.
test.each([60, 80])('the line of an installation stays on one row of %d columns in Korean', async (columns) => {
  const file = new URL('../../launch/progress.mjs', import.meta.url);
  const { createProgress } = (await import(file.href)) as { createProgress: CreateProgress };
  vi.useFakeTimers();
  const written: string[] = [];
  const stream = { isTTY: true, columns, write: (text: string) => written.push(text) };
  const progress = createProgress({ message: () => `패키지 설치 ${'가나다 '.repeat(40)}`, stream, env: {} });
  vi.advanceTimersByTime(1000);
  progress.stop();
  const rows = written.flatMap((text) => text.split('\r\u001B[2K'));
  expect(rows).toContainEqual(expect.stringContaining('설치'));
  expect(rows.filter((row) => stringWidth(row) >= columns)).toEqual([]);
});
