import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';

const LAUNCH = fileURLToPath(new URL('../../launch/', import.meta.url));

/** What the installer draws on a terminal of this width for these events. */
function draw(language: string, columns: number, events: string): string[] {
  const program = `
    const { createMessages } = await import(${JSON.stringify(`file://${LAUNCH}messages.mjs`)});
    const { createProgress } = await import(${JSON.stringify(`file://${LAUNCH}progress.mjs`)});
    const written = [];
    const stream = { isTTY: true, columns: ${columns}, write: (text) => written.push(text) };
    const progress = createProgress({ message: createMessages(['--lang', '${language}'], {}), stream, env: {} });
    progress.read(${JSON.stringify(events)});
    while (written.length < 3) await new Promise((resolve) => setImmediate(resolve));
    progress.stop();
    process.stdout.write(JSON.stringify(written));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return (JSON.parse(stdout) as string[]).join('').split('\r\u001B[2K').filter(Boolean);
}

const EVENTS = ['{"time":1,"name":"pnpm:progress","status":"resolved"}', '{"time":2,"name":"pnpm:fetching-progress","status":"started",'];
EVENTS[1] += `"packageId":"@aws-sdk/client-bedrock-agentcore-control@3.1000.0-${'x'.repeat(100)}"}`;

test.each([
  ['en', 20],
  ['en', 80],
  ['ko', 20],
  ['ko', 80],
])('a line that is rewritten is never longer than the terminal: %s, %d columns', (language, columns) => {
  const lines = draw(language, columns, `${EVENTS.join('\n')}\n`);
  expect(lines.length).toBeGreaterThan(1);
  for (const line of lines) expect(stringWidth(line), line).toBeLessThan(columns);
});

test('half an event, of a process that was killed, counts for nothing', () => {
  expect(draw('en', 80, `${EVENTS[0]}\n{"time":3,"na\n`).at(-1)).toContain('Installing 0 of 1 packages');
});

test('outputs that come in pieces and by turns are read by whole lines', () => {
  const child = `
    const pieces = [['stdout', '{"time":'], ['stderr', 'a war'], ['stdout', '1}\\n'], ['stderr', 'ning\\n'], ['stdout', 'the rest']];
    for (const [output, text] of pieces) {
      process[output].write(text);
      await new Promise((resolve) => setImmediate(resolve));
    }
  `;
  const program = `
    import { run } from ${JSON.stringify(`file://${LAUNCH}run.mjs`)};
    const got = [];
    const args = ['--input-type=module', '--eval', ${JSON.stringify(child)}];
    await run(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] }, (text) => got.push(text));
    process.stdout.write(JSON.stringify(got));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
  expect(stderr).toBe('');
  const lines = (JSON.parse(stdout) as string[]).flatMap((text) => text.split(/(?<=\n)/));
  expect(lines.toSorted()).toEqual(['a warning\n', 'the rest\n', '{"time":1}\n']);
});
