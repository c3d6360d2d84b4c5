import { describe, expect, test } from 'vitest';
import { invoke, invokeJson, ping } from './client.ts';
import { isMissing, target } from './target.ts';

describe.skipIf(isMissing('main'))('debug actions, off', () => {
  const agent = target('main');

  test('49 with debug actions off their payload reaches the handler like any other', async () => {
    const payload = { op: 'echo', _agent_core_app_action: 'ping_status' };
    expect(await invokeJson(agent(), payload)).toEqual(payload);
  });
});

describe.skipIf(isMissing('debug'))('debug actions, on', () => {
  const agent = target('debug');

  test('50 with debug actions on force_busy makes the app busy until it is cleared', async () => {
    expect(await invokeJson(agent(), { _agent_core_app_action: 'force_busy' })).toEqual({ forced_status: 'HealthyBusy' });
    expect((await ping(agent())).status).toBe('HealthyBusy');
    expect(await invokeJson(agent(), { _agent_core_app_action: 'clear_forced_status' })).toEqual({ forced_status: 'Cleared' });
    expect((await ping(agent())).status).toBe('Healthy');
    expect(await invokeJson(agent(), { _agent_core_app_action: 'job_status' })).toEqual({ active_count: 0, running_jobs: [] });
  });

  test('51 with debug actions on an unknown action is answered by 400', async () => {
    const response = await invoke(agent(), { _agent_core_app_action: 'self_destruct' });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: 'Unknown action: self_destruct' });
  });
});
