/** More and longer runs, with a new seed each time. The nightly workflow does that, and `npm run test:stress`. */
export const isStress = process.env['STRESS'] === '1';

/** Tests that take too long for every change: `npm run test:deep`, which the nightly workflow runs. */
export const isDeep = process.env['DEEP'] === '1';

/** How often to repeat what is left to chance: a few times for every change, many times in `npm run test:deep`, most under STRESS. */
export const rounds = (few: number, many: number, most: number = many): number => (isStress ? most : isDeep ? many : few);

/** Cases of which one kind each is tried for every change, and the others in `npm run test:deep`. */
export const alsoDeep = <T>(first: T[], others: T[]): T[] => (isDeep ? [...first, ...others] : first);

/**
 * The seed of every generator in a test. It is fixed, so that a commit always gets the same result; under STRESS=1 vitest.config.ts chooses a new one.
 * FUZZ_SEED repeats such a run. Seeds that found a fault in the emulator join `REGRESSION_SEEDS`.
 */
export const seed = Number(process.env['FUZZ_SEED'] ?? 1);
