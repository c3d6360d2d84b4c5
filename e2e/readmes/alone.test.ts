import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { newReader, ROOT } from './reader.ts';
import { testReadme } from './test-readme.ts';

// The tutorials that stand alone: each as its README says, its exercises included.
const ALONE = readdirSync(join(ROOT, 'tutorials')).filter((id) => id > '06');
const reader = newReader();
afterAll(() => reader.leave());

for (const id of ALONE) testReadme(`tutorials/${id}/README.md`, reader);
