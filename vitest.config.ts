import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { isStress } from './testing/seed.ts';

/** What drives whole processes takes longest: begun last, it would leave all cores but one without work at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // Files of the other project between these would split them into two groups, and each group waits for the end of the one before.
    const rank = ({ moduleId }: TestSpecification) =>
      ['/contract/', '/e2e/readmes/', '/e2e/', '/acceptance/', ''].findIndex((part) => moduleId.includes(part));
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}

// Chosen here, once for all workers, and printed, so that the run can be repeated.
if (isStress) {
  process.env['FUZZ_SEED'] ??= String(randomInt(1_000_000));
  console.log(`FUZZ_SEED=${process.env['FUZZ_SEED']}`);
}

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'tests',
          include: [
            '{packages,tutorials}/*/src/**/*.test.ts',
            'e2e/**/*.test.ts',
            'scripts/**/*.test.ts',
            'testing/**/*.test.ts',
            'contract/record/*.test.ts',
          ],
        },
      },
      // One target for all of its files, and on AWS states take minutes.
      {
        extends: true,
        test: {
          name: 'contract',
          include: ['contract/*.test.ts'],
          globalSetup: 'contract/global-setup.ts',
          ...(process.env['CONTRACT_TARGET'] === 'aws' ? { testTimeout: 900_000, hookTimeout: 900_000 } : {}),
        },
      },
    ],
    // `pnpm coverage`, for whoever looks for what no unit test reaches; no figure has to be kept. What runs in a child process is not counted.
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/{test,fixtures}/**'],
      reporter: ['text-summary', 'html', 'json-summary'],
    },
    // No module keeps state, so that files of tests can share what is loaded: a third of the time went into loading it anew for each.
    isolate: false,
    setupFiles: 'vitest.setup.ts',
    sequence: { sequencer: LongestFirst },
    clearMocks: true,
    // vitest leaves a core free by default, which on a machine with two would be half of it. Most of these tests wait for processes, so one more
    // than there are cores keeps the cores at work; with more than that each test takes longer, and all of them no less time.
    maxWorkers: availableParallelism() + 1,
    // Suites start real servers and real agent processes: on a loaded 2-core machine those take longer than the 5 s default.
    expect: { poll: { timeout: 30_000, interval: 20 } },
    // It ends what hangs, and nothing else: several whole runs of tutorials in one test take minutes on a loaded machine.
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
