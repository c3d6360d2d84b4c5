import type { Run } from '../agent/run.ts';
import { poll } from '../agent/run.ts';
import { isAwsError } from '../aws/aws-error.ts';
import { DeployError } from '../errors.ts';
import type { FoundRuntime } from './find-runtime.ts';
import { getRuntime } from './find-runtime.ts';

/**
 * Waits until the runtime is READY and its DEFAULT endpoint serves that version.
 * @throws {DeployError} `RUNTIME_FAILED` with the service's own reason; `NOT_DEPLOYED` when it disappears.
 */
export async function waitUntilReady(run: Run, id: string, version: string): Promise<FoundRuntime['runtime']> {
  let last: string | undefined;
  const say = (resource: string, status: string): void => {
    if (`${resource} ${status}` !== last) run.emit({ type: 'waiting', step: 'runtime', resource, detail: status });
    last = `${resource} ${status}`;
  };
  const ready = await poll(run, `waiting for the runtime ${id} to be READY`, async () => {
    const runtime = await getRuntime(run, id);
    if (runtime === undefined || runtime.status === 'DELETING')
      throw new DeployError('NOT_DEPLOYED', `The runtime ${id} was deleted while it was being deployed.`);
    const { status = 'CREATING', failureReason } = runtime;
    if (status.endsWith('_FAILED'))
      throw new DeployError('RUNTIME_FAILED', `The runtime ${id} is ${status}: ${failureReason ?? 'the service gives no reason'}`);
    if (status === 'READY') return runtime;
    say(id, status);
    return undefined;
  });
  await poll(run, `waiting for the endpoint DEFAULT of ${id} to serve version ${version}`, async () => {
    const control = await run.clients.control();
    const endpoint = await control
      .getAgentRuntimeEndpoint({ agentRuntimeId: id, endpointName: 'DEFAULT' }, run.call)
      .catch((error: unknown) => {
        // It appears a moment after the runtime itself.
        if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
        throw error;
      });
    const { status = 'CREATING', failureReason, liveVersion } = endpoint ?? {};
    if (status.endsWith('_FAILED'))
      throw new DeployError(
        'RUNTIME_FAILED',
        `The endpoint DEFAULT of ${id} is ${status}: ${failureReason ?? 'the service gives no reason'}`,
      );
    if (status === 'READY' && Number(liveVersion) >= Number(version)) return true;
    say(`${id} endpoint DEFAULT`, status);
    return undefined;
  });
  return ready;
}

/** Waits until the service is done with whatever it is doing to the runtime; returns nothing when the runtime is gone. */
export function waitUntilSettled(run: Run, id: string): Promise<FoundRuntime['runtime'] | 'gone'> {
  return poll(run, `waiting for the runtime ${id} to settle`, async () => {
    const runtime = await getRuntime(run, id);
    if (runtime === undefined) return 'gone';
    return isMoving(runtime.status) ? undefined : runtime;
  });
}

export function isMoving(status: string | undefined): boolean {
  return status === 'CREATING' || status === 'UPDATING' || status === 'DELETING';
}
