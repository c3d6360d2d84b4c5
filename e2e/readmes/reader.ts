import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url));

/** Somebody who does what a README says: in a copy of the tutorials, so that files can be broken, and with state of their own. */
export interface Reader {
  /** Where the tutorial's copy is, or, for any other README, the folder that it is in. */
  folderOf(readme: string): string;
  run(command: string, folder: string, timeoutSeconds: number): Promise<{ status: number | null; output: string }>;
  leave(): void;
}

export function newReader(tutorials: readonly string[]): Reader {
  const base = mkdtempSync(join(tmpdir(), 'reader-'));
  for (const id of tutorials) {
    const [from, to] = [join(ROOT, 'tutorials', id), join(base, 'tutorials', id)];
    cpSync(from, to, { recursive: true, filter: (path) => path !== join(from, 'node_modules') });
    symlinkSync(join(from, 'node_modules'), join(to, 'node_modules'));
  }
  for (const name of ['home', 'tmp', 'bin']) mkdirSync(join(base, name));
  // What these two commands start, without the seconds that they take to find that out. The end-to-end tests run the real ones.
  script(join(base, 'bin', 'pnpm'), '[ "$1" = start ] || { echo "not in a test: pnpm $*"; exit 1; }\nshift\nexec node src/index.ts "$@"');
  script(
    join(base, 'bin', 'npm'),
    `[ "$1" = start ] || { echo "not in a test: npm $*"; exit 1; }\nshift\nexec node '${ROOT}packages/harness/launch.mjs' "$@"`,
  );
  const env = {
    PATH: [join(base, 'bin'), dirname(process.execPath), process.env['PATH']].join(':'),
    HOME: join(base, 'home'),
    TMPDIR: join(base, 'tmp'),
    NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/node-compile'),
    AGENTCORE_TUTORIALS_HOME: join(base, '.agentcore-tutorials'),
  };
  return {
    folderOf: (readme) => (readme.startsWith('tutorials/') ? join(base, dirname(readme)) : join(ROOT, dirname(readme))),
    run: (command, cwd, timeoutSeconds) =>
      new Promise((resolve, reject) => {
        const child = spawn('bash', ['-c', `exec 2>&1\n${command}`], {
          cwd,
          env,
          stdio: ['ignore', 'pipe', 'inherit'],
          timeout: timeoutSeconds * 1000,
        });
        let output = '';
        child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
        child.once('error', reject);
        child.once('close', (status) => resolve({ status, output }));
      }),
    leave: () => rmSync(base, { recursive: true, force: true, maxRetries: 5 }),
  };
}

function script(file: string, text: string): void {
  writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
}
