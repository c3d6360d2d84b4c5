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
    // The cursor needs a column of its own.
    stream.write(`\r\u001B[2K${cut(text, (stream.columns || 80) - 1)}`);
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
      for (const line of text.split('\n').filter((each) => each.startsWith('{"time"'))) count(parse(line));
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

/** A process that was killed leaves half an event. */
function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}

/** Characters that take two columns, roughly: Hangul, Kana, ideographs and their punctuation, full-width forms. */
const WIDE = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]/;

/** A line that is rewritten must not be longer than the terminal. */
function cut(text, columns) {
  let width = 0;
  let shown = '';
  for (const character of text) {
    width += WIDE.test(character) ? 2 : 1;
    if (width > columns) break;
    shown += character;
  }
  return shown;
}
