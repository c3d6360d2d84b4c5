import { existsSync, statfsSync } from 'node:fs';
import { arch, homedir, platform, release } from 'node:os';
import { dirname, join } from 'node:path';
import { findEmulator } from '@agentcore-tutorials/emulator';
import { EMULATOR_FOLDER, ROOT, stateDirectory } from '../find-steps.ts';
import { REGIONS, REGIONS_OF } from '../regions.ts';
import { narratorFor, parseCommand } from './with-target.ts';

interface Finding {
  what: string;
  ok: boolean;
  detail: string;
  /** How to put it right. */
  fix?: string;
}

const FREE_MEGABYTES = 500;

/** `doctor`: is this machine ready? Ends with a block for a bug report, in which no secret is. Exit status 1 when something is not. */
export async function doctor(argv: readonly string[]): Promise<number> {
  const options = parseCommand(argv);
  const say = await narratorFor(options);
  const findings = [node(), installation(), disk(), await emulator(), region(), modelKey(options.target), await account(options.target)];
  say.heading('This machine');
  for (const { what, ok, detail, fix } of findings) {
    if (ok) say.done(what, say.translate(detail));
    else say.failed(`${say.translate(what)}: ${say.translate(detail)}`, fix ?? '');
  }
  const report = reportOf(findings);
  say.heading('For a bug report, copy this:');
  say.show(report);
  const ok = findings.every((finding) => finding.ok);
  if (options.json) process.stdout.write(`${JSON.stringify({ ok, findings, report })}\n`);
  return ok ? 0 : 1;
}

function node(): Finding {
  const ok = Number(process.versions.node.split('.')[0]) >= 24;
  return { what: 'Node', ok, detail: process.version, ...(!ok && { fix: 'This needs Node 24 or newer.' }) };
}

function installation(): Finding {
  const ok = existsSync(join(ROOT, 'node_modules/.pnpm/lock.yaml'));
  return { what: 'dependencies', ok, detail: ok ? 'installed' : 'not installed', ...(!ok && { fix: 'npm start installs them.' }) };
}

function disk(): Finding {
  let place = stateDirectory();
  while (!existsSync(place)) place = dirname(place);
  const { bavail, bsize } = statfsSync(place);
  const megabytes = Math.floor((bavail * bsize) / 1e6);
  const ok = megabytes >= FREE_MEGABYTES;
  return {
    what: 'disk',
    ok,
    detail: `${megabytes} MB free`,
    ...(!ok && { fix: `Make room: ${FREE_MEGABYTES} MB are needed for images and logs.` }),
  };
}

async function emulator(): Promise<Finding> {
  const found =
    (await findEmulator({ dataDirectory: join(stateDirectory(), EMULATOR_FOLDER) })) ??
    (await findEmulator({ dataDirectory: join(homedir(), '.agentcore-local') }));
  return {
    what: 'emulator',
    ok: true,
    detail: found ? `runs at ${found.endpoint}, version ${found.version}` : 'none runs: each command brings its own',
  };
}

function region(): Finding {
  const name = process.env['AWS_REGION'] || process.env['AWS_DEFAULT_REGION'];
  if (!name) return { what: 'region', ok: true, detail: 'AWS_REGION is not set: us-west-2 in the emulator, your profile’s on AWS' };
  const ok = REGIONS.includes(name);
  return {
    what: 'region',
    ok,
    detail: `${name}${ok ? '' : `: AgentCore Runtime and Identity were not available there on ${REGIONS_OF}`}`,
    ...(!ok && { fix: `Set AWS_REGION to one of: ${REGIONS.join(', ')}` }),
  };
}

function modelKey(target: 'local' | 'aws'): Finding {
  const key = process.env['OPENAI_API_KEY'];
  if (target === 'local') return { what: 'model', ok: true, detail: 'the stand-in on this machine: no key is needed' };
  if (!key) return { what: 'model key', ok: false, detail: 'OPENAI_API_KEY is not set', fix: 'Set it to a key of your own.' };
  const ok = !/\s/.test(key);
  return { what: 'model key', ok, detail: `set, ${key.length} characters`, ...(!ok && { fix: 'There is a space or a line break in it.' }) };
}

async function account(target: 'local' | 'aws'): Promise<Finding> {
  if (target === 'local') return { what: 'account', ok: true, detail: 'none is needed' };
  try {
    const { STSClient, GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
    const { Account, Arn } = await new STSClient({}).send(new GetCallerIdentityCommand({}));
    return { what: 'account', ok: true, detail: `${Account} as ${Arn}` };
  } catch (error) {
    return {
      what: 'account',
      ok: false,
      detail: (error as Error).message,
      fix: 'Log in: aws sso login, AWS_PROFILE, or AWS_ACCESS_KEY_ID.',
    };
  }
}

/** Account numbers and homes are nobody's business either. */
function reportOf(findings: readonly Finding[]): string {
  const lines = [
    `${platform()} ${release()} ${arch()}`,
    ...findings.map(({ what, ok, detail }) => `${ok ? 'ok' : 'NOT OK'} ${what}: ${detail}`),
  ];
  return lines
    .join('\n')
    .replaceAll(homedir(), '~')
    .replaceAll(/\b\d{12}\b/g, '************')
    .replaceAll(/(?<=assumed-role\/|user\/)\S+/g, '***');
}
