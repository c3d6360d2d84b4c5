import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alsoDeep } from '../../testing/seed.ts';
import { newClone, type Clone } from './new-clone.ts';

/** An address where nothing listens: a command that is not refused goes on to install, and fails there. */
const NO_REGISTRY = { npm_config_registry: 'http://127.0.0.1:9/', npm_config_fetch_retries: '0' };

let clone: Clone;
beforeAll(() => {
  clone = newClone({ offline: false });
});
afterAll(() => clone.remove());

// Each takes a start of npm.
describe('an option without `--` before it', () => {
  test.each(
    alsoDeep(
      [
        ['.', '03 --break 1', '03 --break 1'],
        ['.', '--break=2 04', '04 --break 2'],
        ['tutorials/01-local-agent', '--repair', '--repair'],
      ],
      [
        ['.', '--break 1', '01 --break 1'],
        ['.', '--repair -- 03', '03 --repair'],
        ['.', '--target aws --yes', '--target aws --yes'],
        ['.', 'sweep --older-than 24h', 'sweep --older-than 24h'],
        ['.', '--from 03', '--from 03'],
        ['tutorials/01-local-agent', '--break 1', '--break 1'],
        ['tutorials/02-create-provider', '--run 1a2b3c', '--run 1a2b3c'],
      ],
    ),
  )('in %s: npm start %s ends with the right command', async (folder, typed, meant) => {
    const { status, stderr, stdout } = await clone.run(`npm start ${typed}`, { folder, env: NO_REGISTRY });
    // npm 12 refuses what it does not know itself.
    if (stderr.includes('EUNKNOWNCONFIG')) return expect(status).toBe(1);
    expect(stderr).toContain(`\n  npm start -- ${meant}\n`);
    expect(stderr).not.toContain('INSTALL_');
    expect(stdout).not.toContain('tutorials ran');
    expect(status).toBe(2);
  });

  test.each(
    alsoDeep(
      [['-y', '--yes']],
      [
        ['--json', '--json'],
        ['--lang ko', '--lang ko'],
        ['--verbose', '--verbose'],
      ],
    ),
  )('npm start %s, which npm has too, ends with the right command', async (typed, meant) => {
    const { status, stderr } = await clone.run(`npm start ${typed}`, { env: NO_REGISTRY });
    expect(stderr).toContain(`\n  npm start -- ${meant}\n`);
    expect(status).toBe(2);
  });
});

describe('a setting of npm', () => {
  test('in the .npmrc of the user is not taken for an option', async () => {
    const file = join(clone.home, '.npmrc');
    writeFileSync(file, 'yes=true\njson = true\nloglevel=verbose\nall=true\nglobal=true\nlong=true\n');
    try {
      const { status, stderr } = await clone.run('npm start -- list', { env: NO_REGISTRY });
      expect(stderr).toContain('[INSTALL_OFFLINE]');
      expect(status).toBe(1);
    } finally {
      rmSync(file);
    }
  });

  // Only Linux shows the environment that npm was started with.
  test.skipIf(process.platform !== 'linux')('in the environment is not taken for an option', async () => {
    const { status, stderr } = await clone.run('npm start -- list', { env: { ...NO_REGISTRY, npm_config_yes: 'true' } });
    expect(stderr).toContain('[INSTALL_OFFLINE]');
    expect(status).toBe(1);
  });
});
