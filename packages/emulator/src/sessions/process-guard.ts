import { spawn, type ChildProcess } from 'node:child_process';

/** Reads `+ PID` and `- PID` until its input ends, then kills the groups of those that are left. POSIX shell, one megabyte. */
const SCRIPT = `
pids=' '
while read -r change pid; do
  case $change in
    +) pids="$pids$pid " ;;
    -) case $pids in *" $pid "*) pids="\${pids%% $pid *} \${pids#* $pid }" ;; esac ;;
  esac
done
for pid in $pids; do kill -9 "-$pid"; done
`;

/** Ends the process groups that were added when this process dies, also by SIGKILL. */
export interface ProcessGuard {
  add(pid: number): void;
  remove(pid: number): void;
  /** Lets the guard end. Nothing is killed that was removed. */
  close(): void;
}

/**
 * An agent's preload notices on its own that the emulator is gone, but not while the agent blocks its event loop, and not
 * for the processes that a dead agent left. So a shell watches too: the kernel closes its input with the emulator, however
 * that ends. Where there is no shell, the preload alone has to do.
 */
export function createProcessGuard(): ProcessGuard {
  let shell: ChildProcess | undefined;
  const tell = (line: string): void => {
    if (!shell) {
      // A group of its own: Ctrl-C in the terminal must not end the guard before the emulator.
      shell = spawn('/bin/sh', ['-c', SCRIPT], { env: {}, cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
      shell.on('error', () => undefined);
      shell.stdin?.on('error', () => undefined);
      shell.unref();
    }
    shell.stdin?.write(`${line}\n`);
  };
  return {
    add: (pid) => tell(`+ ${pid}`),
    remove: (pid) => tell(`- ${pid}`),
    close: () => shell?.stdin?.end(),
  };
}
