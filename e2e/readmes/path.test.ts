import { afterAll } from 'vitest';
import { newReader } from './reader.ts';
import { testReadme } from './test-readme.ts';

// One learner does 01 to 05, one after the other, breaks everything that can be broken on the way, and repairs it.
const PATH = ['01-local-agent', '02-create-provider', '03-deploy', '04-invoke', '05-cleanup'];
const reader = newReader({ tutorials: PATH });
afterAll(() => reader.leave());

for (const id of PATH) testReadme(`tutorials/${id}/README.md`, reader);
