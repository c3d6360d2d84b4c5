/** What a stream can show. */
export interface Terminal {
  /** Its width now; a window may be resized. `undefined` in a pipe or a file: nothing is wrapped there. */
  columns(): number | undefined;
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
  const isPlain = env['CI'] === 'true' || env['TERM'] === 'dumb';
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0';
  return {
    columns: () => (isTerminal && stream.columns ? Math.max(stream.columns, LEAST_COLUMNS) : undefined),
    colour: !env['NO_COLOR'] && (forced || (isTerminal && !isPlain)),
    interactive: isTerminal && !isPlain,
  };
}
