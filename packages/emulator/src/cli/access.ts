import type { AccessRecord } from '../authorization/access-log.ts';
import { writePolicy } from '../authorization/write-policy.ts';
import { EmulatorError } from '../emulator-error.ts';
import { dataDirectory } from './emulator-options.ts';
import type { CliOptions } from './options.ts';
import { withEmulator } from './with-emulator.ts';

/** Prints what IAM was asked and what it said, or the policy that allows it. */
export async function access(options: CliOptions): Promise<number> {
  const directory = dataDirectory(options);
  const { principal, denied = false } = options;
  if (options.policy && principal === undefined)
    throw new EmulatorError('INVALID_OPTION', 'A policy is for somebody: name the role or the user with --principal NAME.');
  const notRunning = (): never => {
    throw new EmulatorError('NOT_RUNNING', `No emulator runs on ${directory}: what IAM was asked is known only while one runs.`);
  };
  const records = await withEmulator<AccessRecord[]>(directory, {
    async running(ask) {
      const query = new URLSearchParams({ ...(principal === undefined ? {} : { principal }), ...(denied ? { denied: 'true' } : {}) });
      return ((await (await ask(`access?${query}`)).json()) as { access: AccessRecord[] }).access;
    },
    stopped: notRunning,
    missing: notRunning,
  });
  if (options.policy) process.stdout.write(`${JSON.stringify(writePolicy(records), null, options.json ? undefined : 2)}\n`);
  else if (options.json) process.stdout.write(`${JSON.stringify({ access: records })}\n`);
  else if (records.length === 0) process.stderr.write('nothing: IAM was not asked, or not by whoever was named\n');
  else process.stdout.write(records.map(line).join(''));
  return 0;
}

function line({ principal, action, resource, allowed, count, lastAt }: AccessRecord): string {
  return `${lastAt} ${allowed ? 'allowed' : 'DENIED '} ${action} on ${resource} to ${principal}${count > 1 ? `, ${count} times` : ''}\n`;
}
