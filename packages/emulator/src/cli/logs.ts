import type { LogLine } from '../admin/read-logs.ts';
import { dataDirectory } from './emulator-options.ts';
import type { CliOptions } from './run-cli.ts';
import { withEmulator } from './with-emulator.ts';

/** Prints the youngest lines that agents printed. */
export async function logs(options: CliOptions): Promise<number> {
  const { group } = options;
  const lines = await withEmulator<LogLine[]>(dataDirectory(options), {
    running: async (ask) => {
      const query = group === undefined ? '' : `?group=${encodeURIComponent(group)}`;
      return ((await (await ask(`logs${query}`)).json()) as { lines: LogLine[] }).lines;
    },
    stopped: async (emulator) => emulator.logs({ group }),
  });
  if (options.json) process.stdout.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  else if (lines.length === 0)
    process.stderr.write(
      'no logs: agents write them when they print, if their execution role allows logs:CreateLogGroup, logs:CreateLogStream and logs:PutLogEvents\n',
    );
  else process.stdout.write(lines.map(({ at, group, message }) => `${at} ${group.split('/').at(-1)} ${message}\n`).join(''));
  return 0;
}
