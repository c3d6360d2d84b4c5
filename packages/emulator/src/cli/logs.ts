import { setTimeout as sleep } from 'node:timers/promises';
import { readLogs, type Arrivals, type LogLine } from '../admin/read-logs.ts';
import { EmulatorError } from '../emulator-error.ts';
import { dataDirectory } from './emulator-options.ts';
import { nextStopSignal } from './next-stop-signal.ts';
import type { CliOptions } from './options.ts';
import { withEmulator, type AskEmulator } from './with-emulator.ts';

/** Between two looks while following, in milliseconds. */
const INTERVAL_MS = 250;

/** Prints the youngest lines that agents printed, and with --follow those that come, until Ctrl-C or until the emulator ends. */
export async function logs(options: CliOptions): Promise<number> {
  const directory = dataDirectory(options);
  const { group, follow = false } = options;
  const print = printer(options);
  return withEmulator(directory, {
    async running(ask) {
      const { lines, next } = await look(ask, { group });
      if (lines.length > 0 || !follow) print(lines);
      if (follow) await followFrom(next, (after) => look(ask, { group, after }), print);
      return 0;
    },
    stopped(store) {
      if (follow)
        throw new EmulatorError(
          'NOT_RUNNING',
          `No emulator runs on ${directory}: no line will come. Leave --follow out to see what is there.`,
        );
      print(readLogs({ store }, { group }));
      return 0;
    },
  });
}

async function look(ask: AskEmulator, { group, after }: { group: string | undefined; after?: number }): Promise<Arrivals> {
  const query = new URLSearchParams({
    ...(group === undefined ? {} : { group }),
    ...(after === undefined ? {} : { after: String(after) }),
  });
  return (await (await ask(`logs?${query}`)).json()) as Arrivals;
}

async function followFrom(start: number, read: (after: number) => Promise<Arrivals>, print: (lines: LogLine[]) => void): Promise<void> {
  const stopped = new AbortController();
  using stop = nextStopSignal();
  void stop.received.then(() => stopped.abort());
  // Nobody reads any more.
  process.stdout.once('error', () => stopped.abort());
  let after = start;
  while (!stopped.signal.aborted) {
    const arrived = await read(after).catch((error: unknown) => {
      if (error instanceof EmulatorError && error.code === 'NOT_RUNNING') return undefined;
      throw error;
    });
    if (!arrived) return void process.stderr.write('the emulator has ended\n');
    if (arrived.lines.length > 0) print(arrived.lines);
    // A full answer: there may be more already.
    if (arrived.next === after) await sleep(INTERVAL_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
    after = arrived.next;
  }
}

function printer({ json, group }: CliOptions): (lines: readonly LogLine[]) => void {
  if (json) return (lines) => void process.stdout.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return (lines) => {
    if (lines.length > 0)
      return void process.stdout.write(lines.map(({ at, group: of, message }) => `${at} ${of.split('/').at(-1)} ${message}\n`).join(''));
    process.stderr.write(
      group === undefined
        ? 'no logs: agents write them when they print, if their execution role allows logs:CreateLogGroup, logs:CreateLogStream and logs:PutLogEvents\n'
        : `no logs in ${group}: a group is named as a whole, /aws/bedrock-agentcore/runtimes/RUNTIME-ENDPOINT\n`,
    );
  };
}
