// Tells the maintainers about a night: one issue, which is opened by the first failure, gets a comment by each one after it, and is closed by the first
// night without one. It shows what the failing steps said, with secrets masked. Reads GitHub's own variables; needs no dependency.
import { maskSecrets } from './mask-secrets.ts';

const LABEL = 'nightly';
const LINES = 60;
/** GitHub takes 65,536 characters. */
const MAX_BODY = 60_000;

interface Job {
  id: number;
  name: string;
  html_url: string;
  conclusion: string | null;
  steps?: { name: string; conclusion: string | null }[];
}

const {
  GITHUB_API_URL = 'https://api.github.com',
  GITHUB_REPOSITORY = '',
  GITHUB_RUN_ID = '',
  GITHUB_TOKEN = '',
  GITHUB_SERVER_URL = '',
} = process.env;
const runUrl = `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`;

const jobs = await listJobs();
const failed = jobs.filter(({ conclusion }) => conclusion === 'failure' || conclusion === 'timed_out' || conclusion === 'cancelled');
const [open] = await ask<{ number: number }[]>('GET', `/issues?labels=${LABEL}&state=open&per_page=1`);
if (failed.length > 0) {
  const body = await describe(failed);
  if (open) await ask('POST', `/issues/${open.number}/comments`, { body });
  else await ask('POST', '/issues', { title: 'The nightly run fails', body, labels: [LABEL] });
} else if (open) {
  await ask('POST', `/issues/${open.number}/comments`, { body: `The nightly run works again: ${runUrl}` });
  await ask('PATCH', `/issues/${open.number}`, { state: 'closed' });
}
console.log(failed.length > 0 ? `Reported: ${failed.map(({ name }) => name).join(', ')}` : 'Nothing failed.');

/** This job itself is still running, and has no conclusion. */
async function listJobs(): Promise<Job[]> {
  const all: Job[] = [];
  for (let page = 1; ; page++) {
    const { jobs: some } = await ask<{ jobs: Job[] }>('GET', `/actions/runs/${GITHUB_RUN_ID}/jobs?per_page=100&page=${page}`);
    all.push(...some);
    if (some.length < 100) return all;
  }
}

async function describe(failures: readonly Job[]): Promise<string> {
  const parts = [`The nightly run failed: ${runUrl}`];
  for (const { id, name, html_url: url, conclusion, steps = [] } of failures) {
    const names = steps.filter((step) => step.conclusion === 'failure' || step.conclusion === 'cancelled').map((step) => step.name);
    const log = await readLog(id);
    // A fence that nothing in it can end.
    parts.push(
      `### [${name}](${url}): ${conclusion}${names.length > 0 ? `, in: ${names.join(', ')}` : ''}`,
      `~~~~~~\n${tailOf(log).replaceAll('~~~', '~ ~')}\n~~~~~~`,
    );
  }
  return maskSecrets(parts.join('\n\n')).slice(0, MAX_BODY);
}

/** The lines up to the error that ended the step, without the time that GitHub puts before each. */
function tailOf(log: string): string {
  const lines = log.split('\n').map((line) => line.replace(/^\uFEFF?\d{4}-\d\d-\d\dT[\d:.]+Z /, '').trimEnd());
  const end = lines.findIndex((line) => line.startsWith('##[error]'));
  const last = end === -1 ? lines.length : end + 1;
  return lines
    .slice(Math.max(0, last - LINES), last)
    .join('\n')
    .trim();
}

async function readLog(jobId: number): Promise<string> {
  const response = await request('GET', `/actions/jobs/${jobId}/logs`);
  return response.ok ? response.text() : `(GitHub does not show its log: ${response.status})`;
}

async function ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  const response = await request(method, path, body);
  if (!response.ok) throw new Error(`${method} ${path} was answered by ${response.status}: ${maskSecrets(await response.text())}`);
  return (await response.json()) as Answer;
}

function request(method: string, path: string, body?: object): Promise<Response> {
  return fetch(`${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}${path}`, {
    method,
    headers: { authorization: `Bearer ${GITHUB_TOKEN}`, accept: 'application/vnd.github+json', 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
}
