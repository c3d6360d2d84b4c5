import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { maskSecrets } from './mask-secrets.ts';

const KEY = 'sk-proj-abcdefghijklmnop';
const LOG = [
  '\uFEFF2026-11-23T03:17:01.0000000Z ##[group]Run npm run nightly:part',
  ...Array.from({ length: 100 }, (_, index) => `2026-11-23T03:17:02.0000000Z line ${index}`),
  `2026-11-23T03:17:03.0000000Z Invoking with ${KEY} in 123456789012`,
  '2026-11-23T03:17:04.0000000Z ~~~~~~ [CHECK_FAILED]',
  '2026-11-23T03:17:05.0000000Z ##[error]Process completed with exit code 1.',
  '2026-11-23T03:17:06.0000000Z Post job cleanup.',
].join('\n');

/** What of GitHub's API the report uses, with the issues that are open. */
async function gitHub(conclusion: string, open: number[]) {
  const calls: { route: string; body: { title?: string; body?: string; labels?: string[]; state?: string } }[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const path = (request.url ?? '').replace('/repos/owner/name', '');
    if (request.headers.authorization !== 'Bearer gh-token') return void response.writeHead(401).end();
    if (request.method !== 'GET') {
      calls.push({ route: `${request.method} ${path}`, body: JSON.parse(text) });
      return void response.writeHead(201).end('{}');
    }
    if (path.startsWith('/actions/runs/77/jobs'))
      return void response.end(
        JSON.stringify({
          jobs: [
            {
              id: 5,
              name: 'tutorials (06)',
              html_url: 'https://x/5',
              conclusion,
              steps: [{ name: 'Run npm run nightly:part', conclusion }],
            },
            { id: 6, name: 'report', html_url: 'https://x/6', conclusion: null },
          ],
        }),
      );
    if (path === '/actions/jobs/5/logs') return void response.writeHead(302, { location: '/log-of-5' }).end();
    if (request.url === '/log-of-5') return void response.end(LOG);
    if (path.startsWith('/issues?labels=nightly&state=open')) return void response.end(JSON.stringify(open.map((number) => ({ number }))));
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const env = {
    GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'owner/name',
    GITHUB_RUN_ID: '77',
    GITHUB_TOKEN: 'gh-token',
  };
  await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'report.ts')], { env: { ...process.env, ...env } });
  return calls;
}

test('the first failure opens an issue with the end of what the failing step said, and without secrets', async () => {
  const [{ route, body } = { route: '', body: {} }, ...others] = await gitHub('failure', []);
  expect(others).toEqual([]);
  expect(route).toBe('POST /issues');
  expect(body).toMatchObject({ title: 'The nightly run fails', labels: ['nightly'] });
  expect(body.body).toContain('https://github.com/owner/name/actions/runs/77');
  expect(body.body).toContain('### [tutorials (06)](https://x/5): failure, in: Run npm run nightly:part');
  expect(body.body).toContain('line 99\nInvoking with [api key] in [account]\n');
  expect(body.body).toContain('exit code 1.\n~~~~~~');
  for (const absent of [KEY, '123456789012', 'line 10\n', 'Post job cleanup', '2026-11-23T', '~~~~~~ [CHECK'])
    expect(body.body).not.toContain(absent);
});

test('a failure after that comments on the open issue; a time-out is a failure', async () => {
  const calls = await gitHub('timed_out', [12]);
  expect(calls.map(({ route }) => route)).toEqual(['POST /issues/12/comments']);
});

test('a night without a failure closes the issue, and says nothing where none is open', async () => {
  const calls = await gitHub('success', [12]);
  expect(calls.map(({ route, body }) => [route, body.state])).toEqual([
    ['POST /issues/12/comments', undefined],
    ['PATCH /issues/12', 'closed'],
  ]);
  expect(await gitHub('success', [])).toEqual([]);
});

test.each([
  ['AKIAIOSFODNN7EXAMPLE', '[access key]'],
  ['key sk-live_0123456789', 'key [api key]'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-def', '[jwt]'],
  ['Authorization: Bearer abcdef123456', 'Authorization: [secret]'],
  ['"clientSecret":"hunter2hunter2"', '"clientSecret":"[secret]"'],
  ['wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYab1', '[secret]'],
  ['arn:aws:iam::123456789012:role/x', 'arn:aws:iam::[account]:role/x'],
  ['at /srv/build/agentcore-tutorials/packages/deploy/src/agent/deploy.ts:12:3', undefined],
  ['is not authorized to perform: bedrock-agentcore:GetResourceApiKey on resource', undefined],
  ['sha256 digest 3f2a, run 1a2b3c, HTTP 403', undefined],
])('%s is shown as %s', (text, masked = text) => {
  expect(maskSecrets(text)).toBe(masked);
});
