import { describe, expect, test } from 'vitest';
import { levelFromEnv, LineLogger, type LogLevel } from './logger.ts';

function logger(level: LogLevel = 'info', secrets: string[] = []): { log: LineLogger; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const sink = (line: string): void => {
    expect(line.endsWith('\n')).toBe(true);
    lines.push(JSON.parse(line) as Record<string, unknown>);
  };
  return { log: new LineLogger({ level, name: 'test', sink, members: ',"requestId":"r-1"', secrets }), lines };
}

test('a line is one JSON object with time, level, message, logger and the members of the request', () => {
  const { log, lines } = logger();
  log.info('hello\nworld', { rows: 3 });
  expect(lines).toEqual([
    {
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      level: 'INFO',
      message: 'hello\nworld',
      logger: 'test',
      requestId: 'r-1',
      rows: 3,
    },
  ]);
});

test('message and fields may come in either order', () => {
  const { log, lines } = logger();
  log.warn({ rows: 3 }, 'hello');
  log.warn('hello', { rows: 3 });
  log.warn({ rows: 3 });
  expect(lines.map(({ message, rows }) => [message, rows])).toEqual([
    ['hello', 3],
    ['hello', 3],
    ['', 3],
  ]);
});

test('an error is written as type, message and stack', () => {
  const { log, lines } = logger();
  log.error(new TypeError('bad'));
  log.error('it failed', { error: new RangeError('worse') });
  log.error(new TypeError('bad'), 'in other words');
  expect(lines[0]).toMatchObject({
    message: 'bad',
    errorType: 'TypeError',
    errorMessage: 'bad',
    stack: expect.stringContaining('TypeError: bad') as string,
  });
  expect(lines[1]).toMatchObject({ message: 'it failed', errorType: 'RangeError' });
  expect(lines[2]).toMatchObject({ message: 'in other words', errorType: 'TypeError' });
});

test('lines below the level are not written', () => {
  const { log, lines } = logger('warn');
  for (const name of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) log[name](name);
  log.access('done', 200, 1);
  expect(lines.map(({ level }) => level)).toEqual(['WARN', 'ERROR', 'FATAL']);
});

test('a child adds its members to each line', () => {
  const { log, lines } = logger();
  log.child({ tool: 'calculator' }).child({ step: 2 }).info('x');
  expect(lines[0]).toMatchObject({ requestId: 'r-1', tool: 'calculator', step: 2 });
});

test('what JSON cannot hold does not fail the caller', () => {
  const { log, lines } = logger();
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  log.info('x', { circle, large: 1n, nothing: undefined, call: () => 1 });
  expect(lines[0]).toMatchObject({ circle: '[not serializable]', large: '[not serializable]' });
});

describe('secrets', () => {
  const token = 'opaque-workload-token';

  test('a named secret is in no line, not even in a stack', () => {
    const { log, lines } = logger('trace', [token]);
    log.info(`got ${token}`);
    log.info('x', { note: `got ${token}`, nested: { deep: [token] } });
    log.error(new Error(`refused ${token}`));
    log.child({ note: token }).info('y');
    expect(lines).toHaveLength(4);
    expect(JSON.stringify(lines)).not.toContain(token);
  });

  test.each(['apiKey', 'api_key', 'Authorization', 'accessToken', 'clientSecret', 'password', 'Cookie'])(
    'a field named %s is not written, nor one inside another',
    (name) => {
      const { log, lines } = logger();
      log.info('x', { [name]: 'value-of-it', outer: { [name]: 'value-of-it' } });
      expect(JSON.stringify(lines)).not.toContain('value-of-it');
      expect(lines[0]).toMatchObject({ [name]: '[redacted]', outer: { [name]: '[redacted]' } });
    },
  );
});

test('the level comes from LOG_LEVEL in any case, and is info for what is no level', () => {
  expect(levelFromEnv({ LOG_LEVEL: 'DEBUG' })).toBe('debug');
  expect(levelFromEnv({ LOG_LEVEL: 'WARNING' })).toBe('warn');
  expect(levelFromEnv({ LOG_LEVEL: 'CRITICAL' })).toBe('fatal');
  expect(levelFromEnv({ LOG_LEVEL: 'constructor' })).toBe('info');
  expect(levelFromEnv({})).toBe('info');
});
