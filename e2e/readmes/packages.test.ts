import { createServer } from 'node:net';
import { startEmulator, type Emulator } from '@agentcore-tutorials/emulator';
import { afterAll, describe } from 'vitest';
import { newReader } from './reader.ts';
import { testReadme } from './test-readme.ts';

// The pages of the repository and of the packages. Where one says 8080, the test takes a port that is free.
const port = String(await freePort());
const emulator: Emulator = await startEmulator({ ephemeral: true });
afterAll(() => emulator.stop());

describe.each(['README.md', 'packages/runtime/README.md', 'packages/deploy/README.md', 'packages/emulator/README.md'])('%s', (page) => {
  const reader = newReader({ page, env: { ...emulator.env, PORT: port } });
  afterAll(() => reader.leave());
  testReadme(page, reader, { instead: ['8080', port] });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => void server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
