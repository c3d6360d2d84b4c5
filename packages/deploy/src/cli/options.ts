import { InvalidArgumentError, Option } from 'commander';

/** What commander makes of the options below. */
export interface Flags {
  name?: string;
  entry?: string;
  region?: string;
  base?: string;
  image?: string;
  artifact?: string;
  credential?: string[];
  env?: string[];
  tag?: string[];
  role?: string;
  adopt?: boolean;
  config?: string;
  json?: boolean;
  timeout?: string;
  journal?: string;
  onFailure?: string;
  dryRun?: boolean;
  user?: string;
  session?: string;
  qualifier?: string;
  follow?: boolean;
  out?: string;
}

const flag = (flags: string, description: string): Option => new Option(flags, description);

/** An option with a value. Without this check, `--entry --json` would look for a file that is named --json. */
function valued(flags: string, description: string): Option {
  return flag(flags, description).argParser(present);
}

function repeatable(flags: string, description: string): Option {
  return flag(flags, `${description}; repeatable`).argParser((value: string, before?: string[]) => [...(before ?? []), present(value)]);
}

function present(value: string): string {
  if (value.startsWith('-')) throw new InvalidArgumentError('A value is missing.');
  return value;
}

const agent = (option: Option): Option => option.helpGroup('The agent:');

/** Every option of every command. An option has the same meaning wherever it is accepted. */
export const OPTIONS = {
  name: () => agent(valued('--name <name>', 'its name: letters, digits and _, at most 48')),
  config: () => agent(valued('--config <file>', 'its description: JSON with paths relative to the file, or a module that exports `agent`')),
  region: () => agent(valued('--region <region>', "AWS Region (default: AWS_REGION, AWS_DEFAULT_REGION, then the profile's)")),
  entry: () => agent(valued('--entry <file>', 'the file that starts it')),
  base: () => agent(valued('--base <image>', 'base image (default: public.ecr.aws/docker/library/node:22-slim)')),
  artifact: () => agent(valued('--artifact <type>', 'image in ECR, or zip in S3 for the Node 22 of the platform (default: image)')),
  image: () => agent(valued('--image <uri>', 'your own image in ECR, instead of --entry')),
  credential: () => agent(repeatable('--credential <name>', 'API-key provider that it may read')),
  env: () => agent(repeatable('--env <key=value>', 'environment variable, not for secrets')),
  tag: () => agent(repeatable('--tag <key=value>', 'tag of its resources')),
  role: () => agent(valued('--role <arn>', 'your own execution role, used unchanged')),
  adopt: () => agent(flag('--adopt', 'take over resources that something else created')),
  json: () => flag('--json', 'print one JSON object per line'),
  timeout: () => valued('--timeout <seconds>', 'give up after this time (default: 600, or 60 to find a deployment)'),
  journal: () => valued('--journal <file>', 'record the steps of deploy in a file; pass the same file to destroy'),
  onFailure: () => valued('--on-failure <action>', 'keep or rollback (default: keep)'),
  dryRun: () => flag('--dry-run', 'print what would be deleted, and delete nothing'),
  user: () => valued('--user <id>', 'user for whom the agent acts; without one it can fetch no credentials'),
  session: () => valued('--session <id>', 'runtime session, at least 33 characters'),
  qualifier: () => valued('--qualifier <name>', 'endpoint (default: DEFAULT)'),
  follow: () => flag('--follow', 'wait for new lines'),
  out: () => valued('--out <directory>', 'directory to write to; nothing in it is overwritten'),
} satisfies Record<keyof Flags, () => Option>;
