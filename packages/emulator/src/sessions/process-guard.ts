import { spawn, type ChildProcess } from 'node:child_process';

/** Reads `+ ID` and `- ID` until its input ends, then does away with those that are left. POSIX shell, one megabyte. */
const SCRIPT = `
ids=' '
while read -r change id; do
  case $change in
    +) ids="$ids$id " ;;
    -) case $ids in *" $id "*) ids="\${ids%% $id *} \${ids#* $id }" ;; esac ;;
  esac
done
`;
const KILL_GROUPS = 'for id in $ids; do kill -9 "-$id"; done';
const CALL = '[ "$ids" = " " ] || exec "$@" $ids';

/** Ends what was added when this process dies, also by SIGKILL. */
export interface ProcessGuard<Id = number> {
  add(id: Id): void;
  remove(id: Id): void;
  /** Lets the guard end. Nothing is killed that was removed. */
  close(): void;
}

/**
 * An agent's preload notices on its own that the emulator is gone, but not while the agent blocks its event loop, and not
 * for the processes that a dead agent left. So a shell watches too: the kernel closes its input with the emulator, however
 * that ends. Where there is no shell, the preload alone has to do.
 *
 * @param command Called with the ids that are left. Without it they are process groups, and are killed.
 */
export function createProcessGuard<Id extends number | string = number>(command: readonly string[] = []): ProcessGuard<Id> {
  let shell: ChildProcess | undefined;
  const tell = (line: string): void => {
    if (!shell) {
      // A group of its own: Ctrl-C in the terminal must not end the guard before the emulator.
      const [script, env] = command.length === 0 ? [KILL_GROUPS, {}] : [CALL, process.env];
      shell = spawn('/bin/sh', ['-c', SCRIPT + script, 'guard', ...command], {
        env,
        cwd: '/',
        detached: true,
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      shell.on('error', () => undefined);
      shell.stdin?.on('error', () => undefined);
      shell.unref();
    }
    shell.stdin?.write(`${line}\n`);
  };
  return {
    add: (id) => tell(`+ ${id}`),
    remove: (id) => tell(`- ${id}`),
    close: () => shell?.stdin?.end(),
  };
}
