import type { Ping } from './ping.ts';
import type { AsyncTasks } from './tasks.ts';

/** An answer as status and value. */
export interface Answer {
  status: number;
  body: unknown;
}

/** The answer to a payload that asks for a debug action, or undefined for any other payload. */
export async function debugAction(payload: unknown, ping: Ping, tasks: AsyncTasks): Promise<Answer | undefined> {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const action = (payload as Record<string, unknown>)['_agent_core_app_action'];
  switch (action) {
    case 'ping_status':
      return { status: 200, body: await ping.answer() };
    case 'job_status':
      return { status: 200, body: tasks.info() };
    case 'force_healthy':
      ping.forced = 'Healthy';
      return { status: 200, body: { forced_status: 'Healthy' } };
    case 'force_busy':
      ping.forced = 'HealthyBusy';
      return { status: 200, body: { forced_status: 'HealthyBusy' } };
    case 'clear_forced_status':
      ping.forced = undefined;
      return { status: 200, body: { forced_status: 'Cleared' } };
    case undefined:
    case null:
    case '':
      return undefined;
    default:
      return { status: 400, body: { error: `Unknown action: ${String(action)}` } };
  }
}
