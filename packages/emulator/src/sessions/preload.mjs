// Runs inside of every agent process, before the agent's own code (`node --import`). Plain JavaScript, because the agent's
// Node may not read TypeScript. Two jobs:
//
// - The contract fixes the port (8080 for HTTP). Two sessions on one machine cannot both have it, so a server that asks for
//   it gets a free loopback port, is told that it has what it asked for, and the host learns the real one over descriptor 3.
//   In a container the port is the agent's own; there a thread carries between its network and the host's Unix sockets.
// - Descriptor 3 closes when the host dies, however it dies. The agent then ends itself and every process it started.
import { Buffer } from 'node:buffer';
import * as module from 'node:module';
import { connect, createServer, Server, Socket } from 'node:net';
import process from 'node:process';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/** Of an HTTP server, with a request as the first argument. */
const HTTP_EVENTS = new Set(['request', 'upgrade', 'connect', 'checkContinue', 'checkExpectation']);

/** So long a process that ends waits at most until what it has answered has left it. */
const PARTING_MS = 1_000;

const settings = new URL(import.meta.url).searchParams;

// A worker thread inherits this preload, but not the descriptor's meaning.
if (isMainThread) {
  forgetPreload();
  const compileCache = settings.get('compileCache');
  if (compileCache) useCompileCache(compileCache);
  const host = talkToHost();
  host.write('{"up":true}\n');
  const port = Number(settings.get('port'));
  const directory = settings.get('relay');
  const inner = Number(settings.get('inner'));
  if (directory) startRelay({ directory, port: inner, ports: settings.get('ports')?.match(/\d+/g)?.map(Number) ?? [] });
  remapListen(port, inner, (message) => host.write(`${JSON.stringify(message)}\n`));
} else if (workerData?.agentcoreRelay) {
  serveRelay(workerData.agentcoreRelay);
}

/** In a thread of its own, so that it goes on while the agent waits for a child. Returns when the emulator can be reached. */
function startRelay(route) {
  const ready = new Int32Array(new SharedArrayBuffer(4));
  const carried = new Int32Array(new SharedArrayBuffer(4));
  const agentcoreRelay = { ...route, ready, carried };
  const thread = new Worker(new URL(import.meta.url), { workerData: { agentcoreRelay }, execArgv: [], env: {} });
  thread.on('error', (error) => console.error('agentcore-local: the way to the emulator is closed:', error));
  thread.unref();
  Atomics.wait(ready, 0, 0, 10_000);
  // The thread ends with the process, also when the last that the agent has said is still on its way.
  process.on('exit', () => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- of a page's window, which this is not
    thread.postMessage('carry what is left');
    Atomics.wait(carried, 0, 0, PARTING_MS);
  });
}

function serveRelay({ directory, port, ports, ready, carried }) {
  const servers = [...ports.map((one) => [one, `${directory}/${one}`]), [`${directory}/agent`, port]];
  const open = new Set();
  let pieces = 0;
  parentPort.on('message', () => {
    let before = -1;
    const look = () => {
      const isQuiet = pieces === before && [...open].every((socket) => socket.writableLength === 0);
      before = pieces;
      if (open.size > 0 && !isQuiet) return setTimeout(look, 10);
      Atomics.store(carried, 0, 1);
      return Atomics.notify(carried, 0);
    };
    look();
  });
  let missing = servers.length;
  const done = () => {
    missing -= 1;
    if (missing > 0) return;
    Atomics.store(ready, 0, 1);
    Atomics.notify(ready, 0);
  };
  for (const [from, to] of servers) {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      const other = connect({ ...addressOf(to), allowHalfOpen: true });
      join(socket, other);
      for (const end of [socket, other]) {
        open.add(end);
        end.on('data', () => (pieces += 1)).on('close', () => open.delete(end));
      }
    });
    // EADDRINUSE: what is there already is reached without us, in a network that is not the agent's own.
    server.once('error', done);
    server.listen(addressOf(from), done);
  }
}

function addressOf(end) {
  return typeof end === 'number' ? { host: '127.0.0.1', port: end } : { path: end };
}

/** Both ways: an end is passed on when all before it was, a break at once. */
function join(one, other) {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ]) {
    from.pipe(to);
    from.on('error', () => undefined);
    from.on('close', () => (from.readableEnded ? to.destroySoon() : to.destroy()));
  }
}

/** `fork` passes `process.execArgv` on, and in the child descriptor 3 is something else. */
function forgetPreload() {
  const at = process.execArgv.indexOf(import.meta.url);
  if (at > 0) process.execArgv.splice(at - 1, 2);
}

/** Portable (Node 24.12): what one session compiled serves the next, which runs the same files from another directory. */
function useCompileCache(directory) {
  try {
    module.enableCompileCache({ directory, portable: true });
  } catch {
    // An older Node takes no options, and would find nothing in a cache of other paths.
  }
}

function talkToHost() {
  const host = new Socket({ fd: 3 });
  // An agent that has nothing left to do must be able to end.
  host.unref();
  host.on('error', () => undefined);
  host.on('close', () => {
    // The host made this process the leader of its group; in a sandbox, which dies with it, its group is not its own.
    for (const target of [-process.pid, process.pid]) {
      try {
        process.kill(target, 'SIGKILL');
      } catch {
        // ESRCH: no such group.
      }
    }
    // The first process of a container cannot be killed from within.
    process.reallyExit(137);
  });
  host.on('data', (data) => {
    const message = Buffer.from(data).toString();
    if (message.includes('terminate')) terminate();
    // A process that is ended by a signal would not write the compile cache on its own.
    if (!message.includes('flush')) return;
    module.flushCompileCache?.();
    host.write('{"flushed":true}\n');
  });
  return host;
}

/** To the first process of a container a signal that it does not handle does nothing. */
function terminate() {
  if (process.pid === 1 && process.listenerCount('SIGTERM') === 0) process.reallyExit(128 + 15);
  process.kill(process.pid, 'SIGTERM');
}

/** @param inner What it gets in place of `port`: 0 for any that is free. */
function remapListen(port, inner, report) {
  const listen = Server.prototype.listen;
  Server.prototype.listen = function remapped(...args) {
    const [first, second] = args;
    const options = typeof first === 'object' && first !== null ? first : undefined;
    const asked = options ? options.port : first;
    // A handle, a descriptor or the path of a socket is no port.
    const isPort = (typeof asked === 'number' || typeof asked === 'string') && asked !== '' && Number.isInteger(Number(asked));
    if (!isPort) return listen.apply(this, args);
    if (Number(asked) !== port) {
      this.once('listening', () => report({ other: Number(asked) }));
      return listen.apply(this, args);
    }
    const host = (options ? options.host : typeof second === 'string' ? second : undefined) ?? '::';
    if (inner === 0) refuseStrangers(this, `localhost:${port}`);
    this.once('listening', () => {
      report({ listening: this.address().port });
      // Agents print where they listen, and `node:cluster` checks it: both have to see what was asked for.
      // oxlint-disable-next-line no-underscore-dangle -- the one place where both of them look
      const handle = this._handle;
      handle.getsockname = (out) => {
        Object.assign(out, { address: host, family: host.includes(':') ? 'IPv6' : 'IPv4', port });
        return 0;
      };
    });
    if (options) return listen.call(this, { ...options, host: '127.0.0.1', port: inner }, ...args.slice(1));
    const rest = args.slice(1).filter((arg, index) => !(index === 0 && typeof arg === 'string'));
    return listen.call(this, inner, '127.0.0.1', ...rest);
  };
}

/**
 * The emulator names the contract's port as Host. A web page that found the real port by trying cannot: a browser sends what it connected to, or the
 * name that the page has rebound. (Another program of this machine can; see SECURITY.md.)
 */
function refuseStrangers(server, host) {
  const { emit } = server;
  server.emit = function guarded(event, request, ...rest) {
    if (!HTTP_EVENTS.has(event) || request.headers?.host === host) return emit.call(this, event, request, ...rest);
    request.socket.destroy();
    return true;
  };
}
