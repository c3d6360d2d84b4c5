import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A bare connection to an app, for what no HTTP client would send. */
export async function openSocket({ port }: { port: number }): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined); // what a test expects is read from 'close' and from the data
  await once(socket, 'connect');
  return socket;
}

/** Sends bytes and reads until the other end closes. */
export async function talk(target: { port: number }, bytes: string | Buffer): Promise<string> {
  const socket = await openSocket(target);
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  socket.write(bytes);
  if (!socket.destroyed) await once(socket, 'close');
  return text;
}
