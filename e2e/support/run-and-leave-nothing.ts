import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startEmulator } from '@agentcore-tutorials/emulator';
import { expect } from 'vitest';
import { newLearner, type Ended } from './learner.ts';

/**
 * `npm start -- ARGS` of what cleans up after itself, beside an emulator in another terminal. Afterwards nothing of it is there: no resource, no
 * process, no file but the progress; and no secret was told, neither by the steps nor by the agents.
 */
export async function runAndLeaveNothing(args: string[], env?: Record<string, string>): Promise<Ended> {
  const learner = newLearner();
  const printed: string[] = [];
  try {
    const emulator = await startEmulator({
      dataDirectory: join(learner.home, 'state', 'aws'),
      onSessionEvent: (event) => event.type === 'output' && printed.push(event.line),
    });
    const ended = await learner.npmStart(args, env).finally(async () => {
      expect(emulator.inventory()).toEqual([]);
      await emulator.stop();
    });
    const told = ended.all + printed.join('\n');
    for (const secret of [emulator.vendor.clientSecret, emulator.modelApiKey, emulator.secretAccessKey]) expect(told).not.toContain(secret);
    // Access tokens are JWTs. The link that the user is to open is printed, on a line of its own; no other text holds a session, a state or a
    // code, and an authorization code is in no link that is printed.
    expect(told).not.toMatch(/eyJ[\w-]+\.[\w-]+\./);
    expect(told).not.toMatch(/[?&]code=|session_id=/);
    expect(told.replaceAll(/^ *│ http:\/\/\S+$/gm, '')).not.toMatch(/request_uri|state=|code_challenge/);
    expect(readdirSync(join(learner.home, 'state')).filter((name) => name !== 'progress.jsonl')).toEqual(['aws']);
    expect(readdirSync(learner.temporary)).toEqual([]);
    expect(learner.processes()).toEqual([]);
    return ended;
  } finally {
    learner.leave();
  }
}
