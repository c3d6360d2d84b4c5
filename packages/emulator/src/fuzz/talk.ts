import { connect } from 'node:net';

/** What came back over a socket until the server closed it. */
export interface Talk {
  /** Status of every answer, in their order. `100 Continue` is none. */
  statuses: number[];
  text: string;
}

/**
 * Writes bytes to a port and reads until the server hangs up. `end` (the default) says so when all is written, as a client does that has nothing more
 * to send; `wait` does not, `reset` breaks off instead. A server that has not hung up after `timeoutMs` fails the test.
 */
export function talk(
  port: number,
  bytes: string | Buffer | readonly (string | Buffer)[],
  { finally: last = 'end', timeoutMs = 20_000 }: { finally?: 'end' | 'wait' | 'reset'; timeoutMs?: number } = {},
): Promise<Talk> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`the server kept the connection for ${timeoutMs} ms. It had answered: ${text().slice(0, 300)}`));
    }, timeoutMs);
    const text = () => Buffer.concat(chunks).toString('latin1');
    const finish = () => {
      clearTimeout(timer);
      resolve({
        statuses: [...text().matchAll(/(?:^|[^\d])HTTP\/1\.1 (\d{3}) /g)]
          .map(([, status]) => Number(status))
          .filter((status) => status !== 100),
        text: text(),
      });
    };
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A server that has read enough may close while more is on its way: that is an answer too.
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
    socket.on('close', finish);
    socket.on('connect', () => void write());

    async function write(): Promise<void> {
      for (const piece of [bytes].flat() as (string | Buffer)[]) {
        if (socket.destroyed || socket.writableEnded) return;
        // One after the other has left: a slow client sends them in packets of their own.
        await new Promise<void>((sent) => socket.write(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece, () => sent()));
      }
      if (last === 'end') socket.end();
      if (last === 'reset') socket.resetAndDestroy();
    }
  });
}
