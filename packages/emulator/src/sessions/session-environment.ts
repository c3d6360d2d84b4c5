import type { OciImageConfig } from './types.ts';

export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface SessionEnvironmentInput {
  config: OciImageConfig;
  /** The user's, from the runtime. */
  environment: Record<string, string>;
  /** The platform's. */
  platform: Record<string, string>;
  /** The session's own directories. */
  home: string;
  temporary: string;
  /** Where the Node is that runs the agent. */
  nodeDirectory: string;
}

/**
 * The whole environment of an agent: the image's, over it the user's, over it the platform's. Nothing comes from this
 * process: its credentials and settings are none of the agent's business. HOME and TMPDIR always are the session's own,
 * and PATH begins with the Node that runs the agent, so that `spawn('node')` finds it.
 */
export function sessionEnvironment({
  config,
  environment,
  platform,
  home,
  temporary,
  nodeDirectory,
}: SessionEnvironmentInput): Record<string, string> {
  const merged = { ...imageEnvironment(config), ...environment, ...platform };
  return { ...merged, PATH: `${nodeDirectory}:${merged['PATH'] ?? DEFAULT_PATH}`, HOME: home, TMPDIR: temporary };
}

function imageEnvironment({ config }: OciImageConfig): Record<string, string> {
  return Object.fromEntries(
    (config?.Env ?? []).map((line) => {
      const at = line.indexOf('=');
      return at === -1 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}
