import { environmentOf } from '../emulator-info.ts';
import { startEmulator, type Emulator } from '../start-emulator.ts';
import { emulatorOptions } from './emulator-options.ts';
import { nextStopSignal } from './next-stop-signal.ts';
import type { CliOptions } from './options.ts';

const DEFAULT_PORT = 4580;

/** Serves until SIGINT, SIGTERM or SIGHUP, then ends sessions and frees everything. */
export async function start(options: CliOptions): Promise<number> {
  const given = emulatorOptions(options, { defaultPort: DEFAULT_PORT });
  const stop = nextStopSignal();
  const emulator = await startEmulator({
    ...given,
    onSessionEvent: (event) => {
      // Standard output belongs to the first line of --json; what agents print goes to standard error.
      if (event.type === 'output') process.stderr.write(`[${event.key.sessionId}] ${event.line}\n`);
    },
  }).catch((error: unknown) => {
    stop[Symbol.dispose]();
    throw error;
  });
  process.stdout.write(options.json ? `${JSON.stringify(publicInfo(emulator))}\n` : banner(emulator));
  // Its listeners stay: a second signal counts until the process is gone.
  await stop.received;
  await emulator.stop();
  return 0;
}

/** All that can be said of it in JSON; the environment is the same once more, in other names. */
function publicInfo({ env: _env, inventory: _inventory, stop: _stop, ...info }: Emulator): object {
  return info;
}

function banner(emulator: Emulator): string {
  const exports = Object.entries(environmentOf(emulator)).map(([name, value]) => `  export ${name}=${value}`);
  const iam = emulator.iam === 'enforce' ? 'enforced' : 'OFF: every signed request is let through';
  return `agentcore-local is ready at ${emulator.endpoint}
  account ${emulator.accountId}, region ${emulator.region}, state in ${emulator.dataDirectory}
  signatures: verified; IAM: ${iam}

${exports.join('\n')}

Ctrl-C stops it.
`;
}
