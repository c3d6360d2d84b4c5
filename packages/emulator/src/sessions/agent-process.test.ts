import { expect, test } from 'vitest';
import { startAgentProcess } from './agent-process.ts';

test('what an agent says of its ports is not believed: only a port is one, and not without end', async () => {
  const lines = [70_000, -1, 0, 1.5, '80', null, [80], {}].map((port) => JSON.stringify({ listening: port, other: port }));
  const code = `const { writeSync } = require('node:fs');
    writeSync(3, ${JSON.stringify(`${lines.join('\n')}\nnonsense\n[]\nnull\n`)});
    for (let port = 1; port <= 500; port += 1) writeSync(3, JSON.stringify({ other: port }) + '\\n');
    writeSync(3, '{"listening":3000}\\n');
    setInterval(() => {}, 1000);`;
  const agent = await startAgentProcess({
    file: process.execPath,
    args: ['-e', code],
    cwd: '/',
    env: {},
    sandboxed: false,
    now: Date.now,
    onLine: () => {},
  });
  await agent.listening;
  expect(agent.port).toBe(3000);
  expect(agent.otherPorts).toHaveLength(100);
  expect(agent.otherPorts[0]).toBe(1);
  await agent.end(2000);
});
