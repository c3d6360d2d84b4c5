import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export interface Used {
  /** Microseconds of CPU, user and system. */
  cpu: number;
  /** Bytes of resident memory. */
  rss: number;
}

/** A server under test, as a process of its own. */
export interface Subject {
  readonly port: number;
  /** Milliseconds from spawn to the first answer of /ping. */
  readonly started: number;
  used(collectGarbage?: boolean): Promise<Used>;
  stop(): Promise<void>;
}

/** Starts a server and waits for its first answer. */
export async function startSubject(file: string, env: Record<string, string> = {}): Promise<Subject> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = fork(file, {
    env: { ...process.env, NODE_ENV: 'production', PORT: String(port), ...env },
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let complaints = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  child.stdout?.resume(); // logs go into a pipe and are read, as a container's are
  while (!(await pings(port))) {
    if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode} before it answered:\n${complaints}`);
  }
  const started = performance.now() - startedAt;
  return { port, started, used: (collectGarbage) => ask(child, collectGarbage === true ? 'gc' : 'used'), stop: () => stop(child) };
}

async function ask(child: ChildProcess, message: string): Promise<Used> {
  const answer = once(child, 'message');
  child.send(message);
  const [used] = (await answer) as [Used];
  return used;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** Whether GET /ping is answered. A bare socket again, and a millisecond between tries: this poll is part of what is measured. */
function pings(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => socket.write('GET /ping HTTP/1.1\r\nhost: localhost\r\n\r\n'));
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => setTimeout(resolve, 1, false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
