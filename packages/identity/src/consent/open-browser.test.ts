import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openBrowser } from '../index.ts';

describe('openBrowser', () => {
  test('hands the URL over as one argument, and to no shell', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'identity-browser-'));
    const file = join(directory, 'arguments.json');
    const url = 'https://vendor.example/authorize?a=1&b=$(touch hacked)&c=`id`;d=%20';
    try {
      await openBrowser(url, [
        process.execPath,
        '-e',
        `require('fs').writeFileSync(${JSON.stringify(file)}, JSON.stringify(process.argv.slice(1)))`,
        '--',
      ]);
      expect(JSON.parse(await readFile(file, 'utf8'))).toEqual([url]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test.each(['file:///etc/passwd', 'javascript:alert(1)', '--help', 'calculator'])('refuses %s', async (url) => {
    await expect(openBrowser(url, ['no-program-is-started'])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  test('says so where no browser can be started, or it fails, without repeating the link', async () => {
    const url = 'https://vendor.example/authorize?request_uri=once';
    for (const command of [['no-such-browser'], [process.execPath, '-e', 'process.exit(3)', '--']] as const) {
      const error = await openBrowser(url, command).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'BROWSER_FAILED', cause: expect.any(Error) });
      expect((error as Error).message).not.toContain('once');
    }
  });
});
