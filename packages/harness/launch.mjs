// `npm start`: runs the tutorials with the project's own Node, and installs first where something is missing or has changed.
//
// It runs on whatever Node and npm there are (Node 20 or newer) and needs no dependency. Where everything is in place it starts the
// command directly: npm, npx and pnpm one after the other would take some two seconds, each time, to find that out.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const WINDOWS = process.platform === 'win32';
// The dictionary of the tutorials has to be installed first, perhaps: these three stand here.
const MESSAGES = isKorean()
  ? {
      installing: '빠진 것을 설치합니다(한 번만, 1분쯤 걸립니다) ...',
      failed:
        '설치하지 못했습니다. 위의 내용을 보세요. npm 레지스트리에 접속할 수 있어야 합니다. 그런 다음 다시 시도하세요. [INSTALL_FAILED]',
      oldNode: `Node 24 이상이 필요한데 ${process.version}에서 실행 중입니다. Node 24를 설치한 뒤 다시 시도하세요. [OLD_NODE]`,
    }
  : {
      installing: 'Installing what is missing (once; about a minute) ...',
      failed: 'The installation failed: see above. It needs the npm registry. Then try again. [INSTALL_FAILED]',
      oldNode: `This needs Node 24 or newer, and runs on ${process.version}: install Node 24, then try again. [OLD_NODE]`,
    };

if (!isInstalled()) {
  process.stderr.write(`${MESSAGES.installing}\n`);
  const status = await run(WINDOWS ? 'npx.cmd' : 'npx', ['--yes', `pnpm@${pnpmVersion()}`, 'install', '--frozen-lockfile'], {
    // Installing is not the result of this command: its standard output stays free for the tutorials.
    stdio: ['ignore', process.stderr, process.stderr],
    shell: WINDOWS,
  });
  if (status !== 0) {
    process.stderr.write(`\n${MESSAGES.failed}\n`);
    process.exit(status);
  }
}
const node = findNode();
if (node === undefined) {
  process.stderr.write(`${MESSAGES.oldNode}\n`);
  process.exit(2);
}
process.exit(
  await run(node, [join(root, 'packages/harness/src/cli.ts'), ...process.argv.slice(2)], {
    stdio: 'inherit',
    // V8's compiled code is kept from run to run.
    env: { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/node-compile'), ...process.env, ...withoutProxy() },
  }),
);

/** By `--lang`, or else by the locale, as the tutorials themselves choose. */
function isKorean() {
  const { LC_ALL, LC_MESSAGES, LANG = '' } = process.env;
  const [, wanted] = /(?:^| )--lang[ =](\S+)/.exec(process.argv.slice(2).join(' ')) ?? [];
  return (wanted ?? (LC_ALL || LC_MESSAGES || LANG)).startsWith('ko');
}

/** A proxy is for the world outside: Node reads this once, when it starts. */
function withoutProxy() {
  const own = process.env.NO_PROXY ?? process.env.no_proxy ?? '';
  const value = [...own.split(',').filter(Boolean), '127.0.0.1', 'localhost'].join(',');
  return { NO_PROXY: value, no_proxy: value };
}

/** Whether what is installed is what the lockfile says, and no manifest has changed since. */
function isInstalled() {
  try {
    const lockfile = readFileSync(join(root, 'pnpm-lock.yaml'));
    if (!lockfile.equals(readFileSync(join(root, 'node_modules/.pnpm/lock.yaml')))) return false;
    const state = JSON.parse(readFileSync(join(root, 'node_modules/.pnpm-workspace-state-v1.json'), 'utf8'));
    return (
      manifests().every((file) => statSync(file).mtimeMs <= state.lastValidatedTimestamp) &&
      Object.hasOwn(state.projects, dirname(manifests()[0]))
    );
  } catch {
    return false;
  }
}

function manifests() {
  const members = ['packages', 'tutorials'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(root, folder, name, 'package.json')),
  );
  return [join(root, 'package.json'), join(root, 'pnpm-workspace.yaml'), ...members.filter((file) => existsSync(file))];
}

/** This Node where it is new enough, else the one that the package `node` has brought, which does not exist for every machine. */
function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  const brought = join(root, 'node_modules/node/bin', WINDOWS ? 'node.exe' : 'node');
  return existsSync(brought) ? brought : undefined;
}

function pnpmVersion() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies.pnpm;
}

/** @returns {Promise<number>} its exit status; 128 and the signal's number when it was ended by one */
function run(command, args, options) {
  const child = spawn(command, args, { cwd: process.cwd(), ...options });
  // A terminal sends Ctrl-C to both: the child decides what it means, and this process stays until it has. What else ends a process may be
  // sent to this one alone or to both: the child does not count it twice.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}
