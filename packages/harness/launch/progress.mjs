const REDRAW_MS = 100;

/**
 * Reports an installation from pnpm's events: on a terminal in one line that is rewritten, elsewhere in a first and a last line.
 *
 * @param {{ message: Function, stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv }} options
 */
export function createProgress({ message, stream, env }) {
  const started = Date.now();
  const live = stream.isTTY && !env.CI && env.TERM !== 'dumb';
  const waiting = new Map();
  let rest = '';
  let total = 0;
  let installed = 0;
  let bytes = 0;

  const values = () => ({
    total,
    installed,
    mb: Math.round(bytes / 1e6),
    seconds: Math.round((Date.now() - started) / 1000),
    name: [...waiting.keys()].at(0) ?? 'pnpm',
  });
  const draw = () => {
    const text = message(total === 0 ? 'preparing' : 'installing', values());
    stream.write(`\r\u001B[2K${fit(text, Math.max(20, (stream.columns ?? 80) - 1))}`);
  };
  const timer = live ? setInterval(draw, REDRAW_MS) : undefined;
  if (live) draw();
  else stream.write(`${message('started')}\n`);

  const stop = () => {
    clearInterval(timer);
    if (live) stream.write('\r\u001B[2K');
  };
  return {
    read(text) {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      for (const line of lines.filter((each) => each.startsWith('{"time"'))) count(JSON.parse(line));
    },
    stop,
    done() {
      stop();
      stream.write(`${message(total === 0 ? 'checked' : 'installed', values())}\n`);
    },
  };

  function count({ name, status, packageId, size }) {
    if (name === 'pnpm:progress' && status === 'resolved') total += 1;
    if (name === 'pnpm:progress' && status === 'imported') installed += 1;
    if (name === 'pnpm:progress' && status === 'fetched') waiting.delete(packageId);
    if (name !== 'pnpm:fetching-progress' || status !== 'started') return;
    waiting.set(packageId, true);
    bytes += size ?? 0;
  }
}

/** Hangul takes two columns. A line that is rewritten must not be longer than the terminal: only its last row would be. */
function fit(text, columns) {
  let width = 0;
  return [...text]
    .filter((character) => (width += /[\u1100-\u11FF\u3130-\u318F\uAC00-\uD7A3]/.test(character) ? 2 : 1) <= columns)
    .join('');
}
