import { InvalidArgumentError, Option } from 'commander';

/** What commander makes of the options below. Their values are checked by what uses them. */
export interface CliOptions {
  port?: string;
  account?: string;
  region?: string;
  data?: string;
  ephemeral?: boolean;
  iam?: string;
  isolation?: string;
  containerEngine?: string;
  group?: string;
  principal?: string;
  denied?: boolean;
  policy?: boolean;
  follow?: boolean;
  withSecrets?: boolean;
  json?: boolean;
}

/** An option with a value. Without this check, `--data --json` would use a directory that is named --json. */
function valued(flags: string, description: string): Option {
  return new Option(flags, description).argParser((value: string) => {
    if (value.startsWith('-')) throw new InvalidArgumentError('A value is missing.');
    return value;
  });
}

const flag = (flags: string, description: string): Option => new Option(flags, description);

/** Every option of every command. An option has the same meaning wherever it is accepted. */
export const OPTIONS = {
  port: () => valued('--port <number>', 'port on 127.0.0.1; 0 takes any free one (start: 4580, exec: 0)'),
  account: () => valued('--account <id>', 'account ID of 12 digits (default: 123456789012)'),
  region: () => valued('--region <region>', 'region that clients are pointed at (default: us-west-2)'),
  data: () => valued('--data <directory>', 'directory of the state (default: $AGENTCORE_LOCAL_DATA or ~/.agentcore-local)'),
  ephemeral: () => flag('--ephemeral', 'keep no state').conflicts('data'),
  iam: () => valued('--iam <mode>', 'enforce, or off to allow every signed request (default: enforce)'),
  isolation: () =>
    valued(
      '--isolation <mode>',
      "auto, none, bubblewrap or container: whether agents can see this machine's files and processes (default: auto, which hides them when bwrap is installed)",
    ),
  containerEngine: () =>
    valued('--container-engine <engine>', 'for --isolation container: podman or its path; AGENTCORE_CONTAINER_ARGS adds arguments to it'),
  group: () => valued('--group <name>', 'only this log group'),
  principal: () => valued('--principal <name>', 'only this role or user'),
  denied: () => flag('--denied', 'only requests that were denied'),
  policy: () => flag('--policy', 'print the smallest policy that allows what --principal requested'),
  follow: () => flag('--follow', 'wait for new lines'),
  withSecrets: () => flag('--with-secrets', 'include the values of secrets, the key that unseals them, and logs'),
  json: () => flag('--json', 'print JSON'),
} satisfies Record<keyof CliOptions, () => Option>;
