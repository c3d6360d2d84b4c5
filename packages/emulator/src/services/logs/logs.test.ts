import {
  CloudWatchLogs,
  paginateDescribeLogGroups,
  paginateDescribeLogStreams,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../start-emulator.ts';
import { failureOf } from '../../test/clients.ts';

let emulator: Emulator;
let logs: CloudWatchLogs;
const clientOf = (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }, region = emulator.region) =>
  new CloudWatchLogs({ endpoint: emulator.endpoint, region, credentials, maxAttempts: 1 });
beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true });
  logs = clientOf(emulator);
});
afterAll(() => emulator.stop());

const DAY_MS = 24 * 3_600_000;
const now = Date.now();
const lines = (...messages: string[]) => messages.map((message, index) => ({ timestamp: now - 1000 + index, message }));
const messagesOf = (events: { message?: string | undefined }[] | undefined) => (events ?? []).map(({ message }) => message);
async function stream(logGroupName: string, logStreamName = 's') {
  await logs.createLogGroup({ logGroupName }).catch(() => undefined);
  await logs.createLogStream({ logGroupName, logStreamName });
  return { logGroupName, logStreamName };
}

describe('groups and streams', () => {
  test('are made once, described with their ARNs, and deleted with what is in them', async () => {
    const target = await stream('/made/once');
    expect(await failureOf(logs.createLogGroup({ logGroupName: '/made/once' }))).toMatchObject({
      name: 'ResourceAlreadyExistsException',
      message: 'The specified log group already exists',
    });
    expect((await failureOf(logs.createLogStream(target))).name).toBe('ResourceAlreadyExistsException');
    await logs.putLogEvents({ ...target, logEvents: lines('é', 'two') });
    const arn = 'arn:aws:logs:us-west-2:123456789012:log-group:/made/once';
    const { logGroups } = await logs.describeLogGroups({ logGroupNamePrefix: '/made/once' });
    expect(logGroups).toEqual([
      {
        logGroupName: '/made/once',
        creationTime: expect.any(Number),
        metricFilterCount: 0,
        arn: `${arn}:*`,
        logGroupArn: arn,
        storedBytes: 2 + 3 + 2 * 26,
        logGroupClass: 'STANDARD',
        deletionProtectionEnabled: false,
      },
    ]);
    // Recorded: a search by pattern leaves the size out.
    const found = await logs.describeLogGroups({ logGroupNamePattern: 'made/once' });
    expect(found.logGroups?.map(({ storedBytes }) => storedBytes)).toEqual([undefined]);
    const { logStreams } = await logs.describeLogStreams({ logGroupIdentifier: arn });
    expect(logStreams).toEqual([
      {
        logStreamName: 's',
        arn: `${arn}:log-stream:s`,
        creationTime: expect.any(Number),
        firstEventTimestamp: now - 1000,
        lastEventTimestamp: now - 999,
        lastIngestionTime: expect.any(Number),
        storedBytes: 0,
      },
    ]);
    await logs.deleteLogStream(target);
    expect(await failureOf(logs.getLogEvents(target))).toMatchObject({ message: 'The specified log stream does not exist.' });
    await logs.createLogStream(target);
    expect((await logs.getLogEvents(target)).events).toEqual([]);
    await logs.putLogEvents({ ...target, logEvents: lines('again') });
    await logs.deleteLogGroup({ logGroupName: '/made/once' });
    expect(await failureOf(logs.deleteLogGroup({ logGroupName: '/made/once' }))).toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'The specified log group does not exist.',
    });
    await stream('/made/once');
    expect((await logs.filterLogEvents({ logGroupName: '/made/once' })).events).toEqual([]);
  });

  test('belong to one account and one region', async () => {
    await stream('/mine');
    const response = await fetch(`${emulator.endpoint}/_emulator/accounts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${emulator.adminToken}` },
      body: '{"accountId":"210987654321"}',
    });
    const other = clientOf((await response.json()) as never);
    expect((await other.describeLogGroups({})).logGroups).toEqual([]);
    const logGroupIdentifier = 'arn:aws:logs:us-west-2:123456789012:log-group:/mine';
    expect((await failureOf(other.filterLogEvents({ logGroupIdentifier }))).name).toBe('ResourceNotFoundException');
    expect((await clientOf(emulator, 'eu-west-1').describeLogGroups({})).logGroups).toEqual([]);
  });

  test('are listed in pages, by name or by the last event, and a page goes on where a stream is gone', async () => {
    for (const name of ['d', 'a', 'c', 'b', 'e']) await stream('/paged', name);
    for (const [index, logStreamName] of ['c', 'a', 'd'].entries())
      await logs.putLogEvents({ logGroupName: '/paged', logStreamName, logEvents: [{ timestamp: now + index, message: 'x' }] });
    const names = async (options: object) => {
      const found: (string | undefined)[] = [];
      for await (const page of paginateDescribeLogStreams({ client: logs, pageSize: 2 }, { logGroupName: '/paged', ...options }))
        found.push(...(page.logStreams ?? []).map(({ logStreamName }) => logStreamName));
      return found.join('');
    };
    expect(await names({})).toBe('abcde');
    expect(await names({ descending: true })).toBe('edcba');
    expect(await names({ orderBy: 'LastEventTime', descending: true })).toBe('daceb');
    expect(await names({ logStreamNamePrefix: 'c' })).toBe('c');
    const { nextToken } = await logs.describeLogStreams({ logGroupName: '/paged', limit: 2 });
    await logs.deleteLogStream({ logGroupName: '/paged', logStreamName: 'b' });
    const rest = await logs.describeLogStreams({ logGroupName: '/paged', nextToken });
    expect(rest.logStreams?.map(({ logStreamName }) => logStreamName)).toEqual(['c', 'd', 'e']);

    for (let index = 0; index < 5; index += 1) await logs.createLogGroup({ logGroupName: `/many/${index}` });
    const groups: (string | undefined)[] = [];
    for await (const page of paginateDescribeLogGroups({ client: logs, pageSize: 2 }, { logGroupNamePrefix: '/many/' }))
      groups.push(...(page.logGroups ?? []).map(({ logGroupName }) => logGroupName));
    expect(groups).toEqual(['/many/0', '/many/1', '/many/2', '/many/3', '/many/4']);
    const found = await logs.describeLogGroups({ logGroupNamePattern: 'ANY/3' });
    expect(found.logGroups?.map(({ logGroupName }) => logGroupName)).toEqual(['/many/3']);
  });

  test('carry tags and a retention, by which events go', async () => {
    const logGroupName = '/tagged';
    const resourceArn = `arn:aws:logs:us-west-2:123456789012:log-group:${logGroupName}`;
    await logs.createLogGroup({ logGroupName, tags: { team: 'a', run: '1' } });
    await logs.tagResource({ resourceArn, tags: { team: 'b' } });
    await logs.untagResource({ resourceArn, tagKeys: ['run'] });
    expect((await logs.listTagsForResource({ resourceArn })).tags).toEqual({ team: 'b' });
    const tags = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`t${index}`, '']));
    expect((await failureOf(logs.tagResource({ resourceArn, tags }))).name).toBe('TooManyTagsException');
    expect((await failureOf(logs.listTagsForResource({ resourceArn: `${resourceArn}x` }))).name).toBe('ResourceNotFoundException');

    const target = await stream(logGroupName);
    await stream(logGroupName, 'old');
    const old = [{ timestamp: now - 2 * DAY_MS, message: 'old' }];
    await logs.putLogEvents({ logGroupName, logStreamName: 'old', logEvents: old });
    expect((await failureOf(logs.putRetentionPolicy({ logGroupName, retentionInDays: 2 }))).message).toContain('one of 1, 3, 5');
    await logs.putRetentionPolicy({ logGroupName, retentionInDays: 1 });
    expect((await logs.describeLogGroups({ logGroupNamePrefix: logGroupName })).logGroups?.[0]?.retentionInDays).toBe(1);
    expect((await logs.filterLogEvents({ logGroupName })).events).toEqual([]);
    expect(await logs.putLogEvents({ ...target, logEvents: lines('new') })).not.toHaveProperty('rejectedLogEventsInfo');
    // With its last event a stream goes, too.
    expect((await logs.describeLogStreams({ logGroupName })).logStreams?.map(({ logStreamName }) => logStreamName)).toEqual(['s']);
    expect((await logs.putLogEvents({ ...target, logEvents: old })).rejectedLogEventsInfo).toEqual({ expiredLogEventEndIndex: 1 });
    await logs.deleteRetentionPolicy({ logGroupName });
    expect((await logs.describeLogGroups({ logGroupNamePrefix: logGroupName })).logGroups?.[0]).not.toHaveProperty('retentionInDays');
    expect(messagesOf((await logs.filterLogEvents({ logGroupName })).events)).toEqual(['new']);
  });

  test.each([
    [() => logs.createLogGroup({ logGroupName: 'a:b' }), 'failed to satisfy constraint: Member must satisfy regular expression pattern'],
    // These three are recorded.
    [
      () => logs.createLogGroup({ logGroupName: 'x'.repeat(513) }),
      /^Invalid LogGroup or LogStream, both must have length less than or equal to 512\.$/,
    ],
    [
      () => logs.createLogStream({ logGroupName: 'x', logStreamName: 'x'.repeat(513) }),
      /^Invalid LogGroup or LogStream, both must have length less than or equal to 512\.$/,
    ],
    [
      () => logs.describeLogGroups({ logGroupNamePrefix: 'a', logGroupNamePattern: 'b' }),
      'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
    ],
    [() => logs.describeLogGroups({ limit: 51 }), 'Member must have value less than or equal to 50'],
    [() => logs.describeLogGroups({ nextToken: 'bm8=' }), 'The specified nextToken is invalid.'],
    [() => logs.describeLogStreams({}), 'Exactly one of logGroupName and logGroupIdentifier is required.'],
  ])('what breaks a constraint is an InvalidParameterException %#', async (call, message) => {
    const failure = await failureOf(call());
    expect(failure.name).toBe('InvalidParameterException');
    expect(failure.message).toMatch(message);
  });

  test.each(['describeLogStreams', 'filterLogEvents', 'getLogEvents'] as const)(
    '%s takes a name or an ARN, not both',
    async (operation) => {
      const both = { logGroupName: 'x', logGroupIdentifier: 'x', logStreamName: 'x' };
      // Recorded of DescribeLogStreams.
      expect(await failureOf(logs[operation](both))).toMatchObject({
        name: 'ValidationException',
        message: 'LogGroup name and LogGroup ARN are mutually exclusive parameters.',
      });
    },
  );

  test.each([{ kmsKeyId: 'arn:aws:kms:us-west-2:123456789012:key/1' }, { deletionProtectionEnabled: true }])(
    'CreateLogGroup refuses %o by name',
    async (member) => {
      expect(await failureOf(logs.createLogGroup({ logGroupName: '/refused', ...member }))).toMatchObject({
        name: 'NotImplemented',
        message: expect.stringContaining(Object.keys(member)[0]!),
      });
    },
  );
});

describe('PutLogEvents', () => {
  test('leaves out what is too old or too new and says which; refuses what is not in order or too much', async () => {
    const target = await stream('/put');
    const answer = await logs.putLogEvents({
      ...target,
      logEvents: [
        { timestamp: now - 60_000, message: 'kept' },
        { timestamp: now + 3 * 3_600_000, message: 'too new' },
      ],
    });
    expect(answer).toMatchObject({ rejectedLogEventsInfo: { tooNewLogEventStartIndex: 1 }, nextSequenceToken: expect.any(String) });
    const old = await logs.putLogEvents({ ...target, logEvents: [{ timestamp: now - 15 * DAY_MS, message: 'too old' }] });
    expect(old.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 });
    expect(messagesOf((await logs.getLogEvents(target)).events)).toEqual(['kept']);

    const refused = async (logEvents: { timestamp: number; message: string }[]) =>
      (await failureOf(logs.putLogEvents({ ...target, logEvents }))).message;
    expect(await refused(lines('a', 'b').toReversed())).toContain('chronological order');
    expect(await refused([{ timestamp: now - DAY_MS - 5000, message: 'a' }, ...lines('b')])).toContain('cannot span more than 24 hours');
    const large = lines('x'.repeat(600_000), 'x'.repeat(600_000));
    expect(await refused(large)).toBe('Upload too large: 1200052 bytes exceeds limit of 1048576');
    expect(await refused([])).toContain("at 'logEvents' failed to satisfy constraint: Member must have length greater than or equal to 1");
    expect(messagesOf((await logs.getLogEvents(target)).events)).toEqual(['kept']);
    expect((await failureOf(logs.putLogEvents({ ...target, logStreamName: 'none', logEvents: lines('a') }))).name).toBe(
      'ResourceNotFoundException',
    );
  });
});

describe('GetLogEvents', () => {
  test('pages forward and backward; at either end the token that was given comes back, and goes on when there is more', async () => {
    const target = await stream('/get');
    await logs.putLogEvents({ ...target, logEvents: lines('1', '2', '3', '4', '5') });
    const get = async (nextToken?: string, options = {}) => {
      const { events, ...tokens } = await logs.getLogEvents({ ...target, limit: 2, ...(nextToken ? { nextToken } : {}), ...options });
      return { text: messagesOf(events).join(''), forward: tokens.nextForwardToken!, backward: tokens.nextBackwardToken! };
    };
    const first = await get(undefined, { startFromHead: true });
    const second = await get(first.forward);
    const third = await get(second.forward);
    const end = await get(third.forward);
    expect([first.text, second.text, third.text, end.text]).toEqual(['12', '34', '5', '']);
    expect(end.forward).toBe(third.forward);
    expect((await get(end.backward)).text).toBe('45');
    expect((await get(third.backward)).text).toBe('34');
    expect((await get(first.backward)).backward).toBe(first.backward);

    const tail = await get();
    expect(tail.text).toBe('45');
    const before = await get(tail.backward);
    expect(before.text).toBe('23');
    expect((await get((await get(before.backward)).backward)).text).toBe('');

    // Events of the same millisecond come in the order in which they were put.
    await logs.putLogEvents({ ...target, logEvents: [{ timestamp: now - 996, message: '6' }] });
    expect((await get(end.forward)).text).toBe('6');
    expect((await get(undefined, { startTime: now - 999, endTime: now - 997, startFromHead: true })).text).toBe('23');
    for (const nextToken of ['f/nonsense', 'nonsense', 'b/'])
      expect((await failureOf(get(nextToken))).message).toBe('The specified nextToken is invalid.');
  });

  test('answers at most a megabyte, and goes on with the rest', async () => {
    const target = await stream('/large');
    for (let index = 0; index < 3; index += 1) await logs.putLogEvents({ ...target, logEvents: lines(`${index}${'x'.repeat(600_000)}`) });
    const page = await logs.getLogEvents({ ...target, startFromHead: true });
    expect(page.events).toHaveLength(1);
    const { events } = await logs.getLogEvents({ ...target, nextToken: page.nextForwardToken });
    expect(messagesOf(events).map((message) => message?.[0])).toEqual(['1']);
    const filtered = await logs.filterLogEvents({ logGroupName: '/large' });
    expect(filtered.events).toHaveLength(1);
    expect(filtered.nextToken).toBeTypeOf('string');
  });
});

describe('FilterLogEvents', () => {
  test('finds by pattern, streams and time over a whole group, page by page, the oldest first', async () => {
    const logGroupName = '/filter';
    for (const [at, name] of ['left', 'right', 'other'].entries()) {
      await stream(logGroupName, name);
      const logEvents = [1, 2, 3].map((n) => ({ timestamp: now + n * 10 + at, message: `${name} ${n}${n === 2 ? ' ERROR' : ''}` }));
      await logs.putLogEvents({ logGroupName, logStreamName: name, logEvents });
    }
    const find = async (options: object) => messagesOf((await logs.filterLogEvents({ logGroupName, ...options })).events);
    expect(await find({})).toHaveLength(9);
    expect(await find({ filterPattern: 'ERROR -other' })).toEqual(['left 2 ERROR', 'right 2 ERROR']);
    expect(await find({ logStreamNames: ['right'] })).toEqual(['right 1', 'right 2 ERROR', 'right 3']);
    expect(await find({ logStreamNames: ['right', 'left'], filterPattern: '1' })).toEqual(['left 1', 'right 1']);
    expect(await find({ logStreamNamePrefix: 'o' })).toHaveLength(3);
    // Both ends are included.
    expect(await find({ startTime: now + 11, endTime: now + 20 })).toEqual(['right 1', 'other 1', 'left 2 ERROR']);
    const pages: (string | undefined)[][] = [];
    for await (const page of paginateFilterLogEvents({ client: logs, pageSize: 4 }, { logGroupName })) pages.push(messagesOf(page.events));
    expect(pages.map((page) => page.length)).toEqual([4, 4, 1]);
    expect(new Set(pages.flat()).size).toBe(9);
    const { events = [] } = await logs.filterLogEvents({ logGroupName });
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(9);
    expect(events[0]).toMatchObject({ logStreamName: 'left', timestamp: now + 10, ingestionTime: expect.any(Number) });

    expect((await failureOf(find({ logStreamNames: ['gone'] }))).name).toBe('ResourceNotFoundException');
    expect((await failureOf(find({ filterPattern: 'a.b' }))).name).toBe('InvalidParameterException');
    expect(await failureOf(find({ filterPattern: '{ $.a = 1 }' }))).toMatchObject({
      name: 'NotImplemented',
      $metadata: { httpStatusCode: 501 },
    });
  });
});

test('numbers that are not whole are cut, as they are nowhere refused', async () => {
  const target = await stream('/fractions');
  const timestamp = now - 1000;
  await logs.putLogEvents({ ...target, logEvents: ['a', 'b'].map((message) => ({ timestamp: timestamp + 0.5, message })) });
  const { events } = await logs.getLogEvents({ ...target, limit: 1.5, startFromHead: true, startTime: timestamp - 0.5 });
  expect(events).toEqual([{ timestamp, message: 'a', ingestionTime: expect.any(Number) }]);
  expect((await logs.filterLogEvents({ logGroupName: '/fractions', limit: 1.5 })).events).toHaveLength(1);
  expect((await logs.describeLogGroups({ limit: 1.5 })).logGroups).toHaveLength(1);
  expect((await logs.describeLogStreams({ logGroupName: '/fractions', limit: 1.5 })).logStreams).toHaveLength(1);
});

test('an operation that is not implemented answers 501 and names itself', async () => {
  expect(await failureOf(logs.startQuery({ queryString: 'x', startTime: 0, endTime: 1 }))).toMatchObject({
    name: 'NotImplemented',
    message: 'logs:StartQuery is not implemented by this emulator.',
  });
});
