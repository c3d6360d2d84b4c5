import { spawnSync } from 'node:child_process';

/** Programs that tests use, each with its Debian package. They exist on Linux only, so on macOS all tests that need one are excluded. */
const PROGRAMS = {
  bwrap: 'bubblewrap',
  chromium: 'chromium',
  'docker-registry': 'docker-registry',
  podman: 'podman',
  script: 'bsdutils',
  skopeo: 'skopeo',
} as const;

export type Program = keyof typeof PROGRAMS;

/**
 * Whether to skip the tests that need a program: `test.skipIf(isSkippedWithout('skopeo'))`. On a contributor's machine a missing program only
 * prints a warning. CI installs every program (.ci/run), so there a missing one is an error: a skipped test would look like a passed one.
 *
 * Pass `findProblem` where being on the PATH is not enough: it returns what is wrong with the program on this machine, or undefined.
 */
export function isSkippedWithout(program: Program, findProblem: () => string | undefined = () => findMissing(program)): boolean {
  if (process.platform === 'darwin') return true;
  const problem = findProblem();
  if (problem === undefined) return false;
  if (process.env['CI'] === 'true') throw new Error(`${problem} CI must not skip a test for that: .ci/run installs ${PROGRAMS[program]}.`);
  console.warn(`Skipped: tests that need ${program}. ${problem} On Debian: apt install ${PROGRAMS[program]}`);
  return true;
}

function findMissing(program: Program): string | undefined {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0 ? undefined : `${program} is not installed.`;
}
