import { configureGlobal } from 'fast-check';
import { afterAll } from 'vitest';
import { seed } from './testing/seed.ts';

configureGlobal({ seed });

// Files of tests share a process: each leaves the environment as it found it, whatever it called that changes settings for good.
const before = { ...process.env };

afterAll(() => {
  for (const name of Object.keys(process.env)) if (!Object.hasOwn(before, name)) delete process.env[name];
  Object.assign(process.env, before);
});
