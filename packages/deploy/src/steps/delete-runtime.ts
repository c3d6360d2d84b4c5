import type { Run } from '../agent/run.ts';
import { poll } from '../agent/run.ts';
import { isAwsError } from '../aws/aws-error.ts';
import { getRuntime } from './find-runtime.ts';
import { waitUntilSettled } from './wait-runtime.ts';

/** Deletes a runtime with its named endpoints, and returns when it is gone. One that is gone already is fine. */
export async function deleteRuntime(run: Run, agentRuntimeId: string): Promise<void> {
  const control = await run.clients.control();
  const settled = await waitUntilSettled(run, agentRuntimeId);
  if (settled === 'gone') return;
  await deleteEndpoints(run, agentRuntimeId).catch((error: unknown) => {
    // Somebody else deletes it too.
    if (!isAwsError(error, 'ResourceNotFoundException')) throw error;
  });

  await poll(run, `deleting the runtime ${agentRuntimeId}`, async () => {
    try {
      await control.deleteAgentRuntime({ agentRuntimeId }, run.call);
      return true;
    } catch (error) {
      if (isAwsError(error, 'ResourceNotFoundException')) return true;
      // Its endpoints are still going.
      if (isAwsError(error, 'ConflictException')) return undefined;
      throw error;
    }
  });
  await poll(run, `waiting for the runtime ${agentRuntimeId} to be gone`, async () =>
    (await getRuntime(run, agentRuntimeId)) === undefined ? true : undefined,
  );
}

async function deleteEndpoints(run: Run, agentRuntimeId: string): Promise<void> {
  const control = await run.clients.control();
  let nextToken: string | undefined;
  do {
    const page = await control.listAgentRuntimeEndpoints(
      { agentRuntimeId, maxResults: 100, ...(nextToken ? { nextToken } : {}) },
      run.call,
    );
    for (const { name } of page.runtimeEndpoints ?? []) {
      // DEFAULT belongs to the runtime and goes with it.
      if (name !== undefined && name !== 'DEFAULT')
        await control.deleteAgentRuntimeEndpoint({ agentRuntimeId, endpointName: name }, run.call);
    }
    ({ nextToken } = page);
  } while (nextToken);
}
