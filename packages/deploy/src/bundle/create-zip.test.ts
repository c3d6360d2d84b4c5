import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createZip } from './create-zip.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test('a zip depends on nothing but paths, modes and bytes; paths of Windows become POSIX ones', () => {
  const one = createZip([
    { path: 'b/two.txt', bytes: bytes('2') },
    { path: 'a.mjs', bytes: bytes('1') },
  ]);
  const other = createZip([
    { path: 'C:\\a.mjs', bytes: bytes('1') },
    { path: 'b\\two.txt', bytes: bytes('2') },
  ]);
  expect(Buffer.compare(one, other)).toBe(0);
});

test('another program reads every byte of it, with names and modes', () => {
  const directory = mkdtempSync(join(tmpdir(), 'create-zip-'));
  try {
    const file = join(directory, 'x.zip');
    const large = 'x'.repeat(300_000);
    writeFileSync(
      file,
      createZip([
        { path: 'run.sh', bytes: bytes('#!/bin/sh\n'), mode: 0o755 },
        { path: 'dir/한글.txt', bytes: bytes(large) },
      ]),
    );
    const python = `import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print([(i.filename, i.file_size, oct(i.external_attr >> 16), i.date_time[:3]) for i in z.infolist()])`;
    expect(execFileSync('python3', ['-c', python, file], { encoding: 'utf8', env: { ...process.env, PYTHONIOENCODING: 'utf8' } })).toBe(
      "[('dir/한글.txt', 300000, '0o100644', (1980, 1, 1)), ('run.sh', 10, '0o100755', (1980, 1, 1))]\n",
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});
