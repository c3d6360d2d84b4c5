import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isSkippedWithout } from './is-skipped-without.ts';

const { platform } = process;
const on = (name: NodeJS.Platform) => Object.defineProperty(process, 'platform', { value: name });

beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});
afterEach(() => {
  on(platform);
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test('runs the tests of a program that is installed', () => {
  on('linux');
  vi.stubEnv('CI', 'true');
  expect(isSkippedWithout('skopeo', () => undefined)).toBe(false);
});

test('skips the tests of a missing program on a contributor’s machine, and prints what to install', () => {
  on('linux');
  vi.stubEnv('CI', '');
  vi.stubEnv('PATH', '/nowhere');
  expect(isSkippedWithout('bwrap')).toBe(true);
  expect(console.warn).toHaveBeenCalledExactlyOnceWith(
    'Skipped: tests that need bwrap. bwrap is not installed. On Debian: apt install bubblewrap',
  );
});

test('fails in CI on Linux', () => {
  on('linux');
  vi.stubEnv('CI', 'true');
  expect(() => isSkippedWithout('podman', () => 'podman could not start a container.')).toThrow(
    'podman could not start a container. CI must not skip a test for that: .ci/run installs podman.',
  );
});

test('excludes them on macOS', () => {
  on('darwin');
  vi.stubEnv('CI', 'true');
  expect(isSkippedWithout('podman', () => 'podman is not installed.')).toBe(true);
  expect(console.warn).not.toHaveBeenCalled();
});
