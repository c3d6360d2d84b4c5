// A workflow is code that runs with the project's rights where nobody watches: so it may do little by itself, and each thing is stated. Every command
// is a script of ours, which the tests run here; a line of shell in YAML is run for the first time on the night it is needed.
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

interface Step {
  run?: unknown;
  uses?: unknown;
  with?: Record<string, unknown>;
}
interface Job {
  uses?: unknown;
  'timeout-minutes'?: unknown;
  permissions?: unknown;
  steps?: Step[];
}
interface Workflow {
  permissions?: unknown;
  concurrency?: unknown;
  jobs?: Record<string, Job>;
}

/** Not of package.json: it is the same as `npm test`. */
const OTHER_SCRIPTS: ReadonlySet<string> = new Set(['.ci/run']);

export async function checkWorkflows(files: readonly string[]): Promise<string[]> {
  const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: Record<string, string> };
  const findings: string[] = [];
  for (const file of files.filter((name) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(name)))
    findings.push(...checkWorkflow(await readFile(file, 'utf8'), new Set(Object.keys(scripts))).map((finding) => `${file}: ${finding}`));
  return findings;
}

/** What is wrong with one workflow. */
export function checkWorkflow(text: string, scripts: ReadonlySet<string>): string[] {
  let workflow: Workflow;
  try {
    workflow = parse(text) as Workflow;
  } catch (error) {
    return [`is no YAML: ${(error as Error).message.split('\n', 1)[0]}`];
  }
  const findings: string[] = [];
  if (workflow.permissions === undefined) findings.push('states no permissions');
  if (workflow.permissions === 'write-all') findings.push('has permission to write everything');
  if (workflow.concurrency === undefined) findings.push('states no concurrency');
  for (const [name, job] of Object.entries(workflow.jobs ?? {})) {
    // A workflow of ours that is called states its own; GitHub takes none here.
    const called = typeof job.uses === 'string' && job.uses.startsWith('./.github/workflows/');
    if (typeof job['timeout-minutes'] !== 'number' && !called) findings.push(`job ${name} states no timeout-minutes`);
    if (job.permissions === 'write-all') findings.push(`job ${name} has permission to write everything`);
    if (job.uses !== undefined && !called) findings.push(`job ${name} calls a workflow that is not ours`);
    for (const step of job.steps ?? []) findings.push(...checkStep(step, scripts).map((finding) => `job ${name}: ${finding}`));
  }
  return findings;
}

function checkStep({ run, uses, with: options = {} }: Step, scripts: ReadonlySet<string>): string[] {
  if (uses !== undefined) {
    const pinned = typeof uses === 'string' && /^[\w.-]+\/[\w./-]+@(?:v\d+|[0-9a-f]{40})$/.test(uses);
    const findings = pinned ? [] : [`'${String(uses)}' is pinned neither to a major version nor to a commit`];
    // What changesets' action runs for us.
    const commands = [options['version'], options['publish']].filter((value) => typeof value === 'string');
    return [...findings, ...commands.flatMap((command) => checkCommand(command, scripts))];
  }
  return checkCommand(run, scripts);
}

function checkCommand(run: unknown, scripts: ReadonlySet<string>): string[] {
  const command = typeof run === 'string' ? run.trim() : '';
  // Also keeps secrets and what strangers write (branch names, titles) out of a shell: both come by env.
  if (command.includes('${{')) return [`'${command}' puts an expression into a shell: hand it over by env`];
  if (OTHER_SCRIPTS.has(command)) return [];
  const [, script = ''] = /^npm run ([\w:-]+)$/.exec(command) ?? [];
  return scripts.has(script) ? [] : [`'${command}' is not a script of package.json`];
}
