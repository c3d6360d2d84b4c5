/** The parts of a deployment, in the order in which they depend on each other. */
export type StepName = 'bundle' | 'image' | 'repository' | 'push' | 'zip' | 'bucket' | 'upload' | 'role' | 'policies' | 'runtime';

/**
 * What happens, as plain data: fit for a progress line, a log or a test. Holds names, ARNs, counts and durations; never a
 * credential, a value of `env`, or anything of the agent's payloads.
 */
export interface DeployEvent {
  /**
   * `started` and then `finished`, `unchanged` or `failed` for each step; between them `progress`, `waiting` (for the
   * service) and `retrying` (detail says why). `deleted` and `kept` while destroying, `undone` while rolling back,
   * `warning` for what the caller should know.
   */
  type: 'deleted' | 'failed' | 'finished' | 'kept' | 'progress' | 'retrying' | 'started' | 'unchanged' | 'undone' | 'waiting' | 'warning';
  step: StepName;
  /** Name, URI or ARN of what it is about. */
  resource?: string;
  detail?: string;
  /** Since the step started, in milliseconds. */
  ms?: number;
  /** Bytes sent. */
  bytes?: number;
}

export type OnEvent = (event: DeployEvent) => void;
