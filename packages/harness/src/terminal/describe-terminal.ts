/** What a stream can show. */
export interface Terminal {
  /** Its width now; a window may be resized. `undefined` in a pipe or a file: nothing is wrapped there. */
  columns(): number | undefined;
  /** The same for a line that must never be longer than the terminal, however narrow that is. */
  realColumns(): number;
  colour: boolean;
  /** Whether a line can be rewritten in place. */
  interactive: boolean;
}

export type Output = NodeJS.WritableStream & { isTTY?: boolean; columns?: number };

/** Narrower terminals are treated as this wide. */
const LEAST_COLUMNS = 60;

/** NO_COLOR (https://no-color.org), FORCE_COLOR, CI and TERM=dumb are respected. */
export function describeTerminal(stream: Output, env: NodeJS.ProcessEnv): Terminal {
  const isTerminal = stream.isTTY === true;
  const isPlain = isSet(env['CI']) || env['TERM'] === 'dumb';
  // An empty one forces as well, as in Node.
  const forced = env['FORCE_COLOR'] === '' || isSet(env['FORCE_COLOR']);
  return {
    realColumns: () => stream.columns || 80,
    columns: () => (isTerminal && stream.columns ? Math.max(stream.columns, LEAST_COLUMNS) : undefined),
    colour: !env['NO_COLOR'] && (forced || (isTerminal && !isPlain)),
    interactive: isTerminal && !isPlain,
  };
}

const isSet = (value: string | undefined): boolean => !!value && value !== '0' && value !== 'false';
