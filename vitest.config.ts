import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{packages,tutorials}/*/src/**/*.test.ts', 'contract/**/*.test.ts', 'e2e/**/*.test.ts', 'scripts/**/*.test.ts'],
    clearMocks: true,
    // vitest leaves a core free by default, which on a machine with two would be half of it. Most of these tests wait for processes.
    maxWorkers: '100%',
    // Suites start real servers and real agent processes: on a loaded 2-core machine those take longer than the 5 s default.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
