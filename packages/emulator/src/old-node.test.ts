import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { findOldNode, WITHOUT_SQLITE } from './test/old-node.ts';

const INDEX = new URL('index.ts', import.meta.url).href;
const CLI = fileURLToPath(new URL('cli.ts', import.meta.url));
const IMPORT = `import(${JSON.stringify(INDEX)}).then(() => console.log('imported'), ({ name, code, message }) => console.log(name, code, message))`;

function run(node: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(node, args, { encoding: 'utf8', env: { PATH: process.env['PATH'] } });
  return { status, stdout, stderr };
}

// The same is tested with the built package in e2e/packed.test.ts.
describe('a Node without node:sqlite', () => {
  const message = `The emulator needs the module node:sqlite, which this build of Node ${process.versions.node} does not have. Install Node 24 or newer`;

  test('importing the package fails with OLD_NODE, and says what to install', () => {
    const { stdout } = run(process.execPath, ...WITHOUT_SQLITE, '-e', IMPORT);
    expect(stdout).toContain(`EmulatorError OLD_NODE ${message}`);
    expect(run(process.execPath, '-e', IMPORT).stdout).toBe('imported\n');
  });

  test.each([['--help'], ['start']])('agentcore-local %s says so in one line', (argument) => {
    const { status, stdout, stderr } = run(process.execPath, ...WITHOUT_SQLITE, CLI, argument);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^agentcore-local: ${message}[^\\n]* \\[OLD_NODE\\]\\n$`));
  });
});

const old = findOldNode();
describe.skipIf(old === undefined)('a Node older than 24 on PATH', () => {
  const message = `The emulator needs Node 24 or newer, but this is Node ${old?.version}. Install Node 24 or newer from https://nodejs.org`;
  const tsx = ['--import', import.meta.resolve('tsx')];

  test('importing the package fails with OLD_NODE, and says what to install', () => {
    expect(run(old!.path, ...tsx, '--input-type=module', '-e', IMPORT).stdout).toContain(`EmulatorError OLD_NODE ${message}`);
  });

  test('agentcore-local says so in one line', () => {
    const { status, stdout, stderr } = run(old!.path, ...tsx, CLI, 'start');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^agentcore-local: ${message}[^\\n]* \\[OLD_NODE\\]\\n$`));
  });
});
