import { expect, test } from 'vitest';
import { describeLogEvent } from './describe-log-event.ts';

const at = Date.UTC(2026, 10, 29, 6, 43, 6, 745);

test('an event of AgentCoreApp is its level and message first, and its error apart', () => {
  const message = JSON.stringify({
    timestamp: 'x',
    level: 'error',
    logger: 'agentcore.app',
    message: 'It failed.',
    requestId: 'r-1',
    errorType: 'ModelError',
    errorMessage: '401',
    stack: 'ModelError: 401\n    at x',
  });
  expect(describeLogEvent({ at, message })).toEqual({
    time: '06:43:06.745',
    level: 'ERROR',
    text: 'It failed.',
    fields: ['requestId=r-1'],
    error: 'ModelError: 401',
    stack: 'ModelError: 401\n    at x',
  });
});

test.each(['printed by the agent\n', '[1]', '"text"', '{'])('%j is shown as it is', (message) => {
  expect(describeLogEvent({ at, message })).toEqual({ time: '06:43:06.745', level: '', text: message.trimEnd(), fields: [] });
});
