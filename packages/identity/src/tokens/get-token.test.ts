import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createTokenPoller, runWithContext, type GetTokenInput } from '../index.ts';
import { loopbackAws, type Answer } from '../test/loopback-aws.ts';

const TOKEN = '/identities/oauth2/token';
const SESSION = 'urn:ietf:params:oauth:request_uri:session-1';
const LINK = 'https://bedrock-agentcore.example/authorize?request_uri=session-1';
const asked: Answer = { authorizationUrl: LINK, sessionUri: SESSION, sessionStatus: 'IN_PROGRESS' };
const pending: Answer = { sessionStatus: 'IN_PROGRESS' };

const m2m = { providerName: 'api', authFlow: 'M2M', workloadIdentityToken: 'wat-1' } as const;
const user = { providerName: 'github', authFlow: 'USER_FEDERATION', scopes: ['repo:read'], workloadIdentityToken: 'wat-1' } as const;
const soon = createTokenPoller({ intervalMs: 5, timeoutMs: 5_000 });

/** Answers the first requests in order, and every later one as the last. */
function inTurn(...answers: Answer[]): () => Answer {
  let turn = 0;
  return () => answers[Math.min(turn++, answers.length - 1)] ?? {};
}

describe('getToken on the wire', () => {
  test('case 59: machine to machine sends exactly four fields', async () => {
    await using aws = await loopbackAws();
    aws.on(TOKEN, () => ({ accessToken: 'at-1' }));
    await expect(aws.client().getToken({ ...m2m, scopes: ['read'] })).resolves.toBe('at-1');
    expect(aws.bodies(TOKEN)).toEqual([
      { resourceCredentialProviderName: 'api', scopes: ['read'], oauth2Flow: 'M2M', workloadIdentityToken: 'wat-1' },
    ]);
  });

  test('case 60: all three flows are forwarded by their names', async () => {
    await using aws = await loopbackAws();
    aws.on(TOKEN, () => ({ accessToken: 'at-1' }));
    const client = aws.client();
    for (const authFlow of ['M2M', 'USER_FEDERATION', 'ON_BEHALF_OF_TOKEN_EXCHANGE'] as const) await client.getToken({ ...m2m, authFlow });
    expect(aws.bodies(TOKEN).map(({ oauth2Flow }) => oauth2Flow)).toEqual(['M2M', 'USER_FEDERATION', 'ON_BEHALF_OF_TOKEN_EXCHANGE']);
    await expect(client.getToken({ ...m2m, authFlow: 'THREE_LEGGED' as 'M2M' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: /must be one of M2M, USER_FEDERATION/,
    });
    expect(aws.requests).toHaveLength(3);
  });

  test('case 61: empty resources and other empty options are left out', async () => {
    await using aws = await loopbackAws();
    aws.on(TOKEN, () => ({ accessToken: 'at-1' }));
    await aws.client().getToken({
      ...m2m,
      resources: [],
      audiences: [],
      customParameters: {},
      customState: '',
      callbackUrl: '',
      forceAuthentication: false,
    });
    expect(Object.keys(aws.bodies(TOKEN)[0] ?? {}).sort()).toEqual([
      'oauth2Flow',
      'resourceCredentialProviderName',
      'scopes',
      'workloadIdentityToken',
    ]);
  });

  test('case 62: the optional fields have their names on the wire', async () => {
    await using aws = await loopbackAws();
    aws.on(TOKEN, () => ({ accessToken: 'at-1' }));
    const given = {
      resources: ['https://api'],
      audiences: ['aud'],
      callbackUrl: 'https://app/cb',
      forceAuthentication: true,
      customState: 's',
      customParameters: { access_type: 'offline' },
    };
    await aws.client().getToken({ ...m2m, ...given });
    expect(aws.bodies(TOKEN)[0]).toMatchObject({
      resources: ['https://api'],
      audiences: ['aud'],
      resourceOauth2ReturnUrl: 'https://app/cb',
      forceAuthentication: true,
      customState: 's',
      customParameters: { access_type: 'offline' },
    });
  });

  test('case 75: an explicit callback URL wins over the one of the request', async () => {
    await using aws = await loopbackAws();
    aws.on(TOKEN, () => ({ accessToken: 'at-1' }));
    const client = aws.client();
    await runWithContext({ oauth2CallbackUrl: 'https://from-the-header/cb' }, async () => {
      await client.getToken({ ...m2m });
      await client.getToken({ ...m2m, callbackUrl: 'https://explicit/cb' });
    });
    expect(aws.bodies(TOKEN).map((body) => body['resourceOauth2ReturnUrl'])).toEqual(['https://from-the-header/cb', 'https://explicit/cb']);
  });
});

describe('getToken with consent', () => {
  test.each([
    ['synchronous', (links: string[]) => (link: string) => void links.push(link)],
    ['asynchronous', (links: string[]) => async (link: string) => void (await Promise.resolve(), links.push(link))],
  ])('case 63: a %s onAuthUrl is called once, before the first poll', async (_name, record) => {
    await using aws = await loopbackAws();
    const links: string[] = [];
    const shownAtPoll: number[] = [];
    const answers = inTurn(asked, pending, pending, { accessToken: 'at-1' });
    aws.on(TOKEN, (body) => {
      if ('sessionUri' in body) shownAtPoll.push(links.length);
      return answers();
    });
    await expect(ownRhythm(aws, { onAuthUrl: record(links) })).resolves.toBe('at-1');
    expect(links).toEqual([LINK]);
    expect(shownAtPoll).toEqual([1, 1, 1]);
  });

  test('case 63: an asynchronous onAuthUrl is awaited before anything polls', async () => {
    await using aws = await loopbackAws();
    aws.on(TOKEN, inTurn(asked, { accessToken: 'at-1' }));
    const order: string[] = [];
    await ownRhythm(aws, {
      async onAuthUrl() {
        order.push('the link is on its way');
        await aws.client().getToken({ ...m2m });
        order.push('the link is shown');
      },
      async tokenPoller() {
        order.push('polling');
        return 'at-1';
      },
    });
    expect(order).toEqual(['the link is on its way', 'the link is shown', 'polling']);
  });

  test('case 64: a poll carries the session and does not force again', async () => {
    await using aws = await loopbackAws();
    aws.on(TOKEN, inTurn(asked, { accessToken: 'at-1' }));
    await ownRhythm(aws, { forceAuthentication: true, customState: 'state-1', callbackUrl: 'https://app/cb' });
    const [first, poll] = aws.bodies(TOKEN);
    expect(first).toMatchObject({ forceAuthentication: true });
    expect(first).not.toHaveProperty('sessionUri');
    const { forceAuthentication: _, ...rest } = first ?? {};
    expect(poll).toEqual({ ...rest, sessionUri: SESSION });
  });

  test('case 65: the first poll comes after the interval', async () => {
    await using aws = await loopbackAws();
    aws.on(TOKEN, inTurn(asked, { accessToken: 'at-1' }));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { promise: shown, resolve: show } = Promise.withResolvers<void>();
    const token = ownRhythm(aws, { tokenPoller: createTokenPoller({ intervalMs: 120, timeoutMs: 5_000 }), onAuthUrl: () => show() });
    await shown;
    await vi.advanceTimersByTimeAsync(119);
    expect(aws.requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    await expect(token).resolves.toBe('at-1');
  });

  test('case 66: none, none and a token are three polls', async () => {
    await using aws = await loopbackAws();
    aws.on(TOKEN, inTurn(asked, pending, pending, { accessToken: 'at-3' }));
    await expect(ownRhythm(aws)).resolves.toBe('at-3');
    expect(aws.requests).toHaveLength(4);
  });

  test('case 67: whoever does not consent in time gets CONSENT_TIMEOUT', async () => {
    await using aws = await loopbackAws();
    aws.on(TOKEN, inTurn(asked, pending));
    const tokenPoller = createTokenPoller({ intervalMs: 10, timeoutMs: 60 });
    await expect(ownRhythm(aws, { tokenPoller })).rejects.toMatchObject({
      name: 'IdentityError',
      code: 'CONSENT_TIMEOUT',
      message: /within 0.06 s/,
    });
  });

  test('case 68: a poller of your own decides when to ask, and needs no onAuthUrl', async () => {
    await using aws = await loopbackAws();
    aws.on(TOKEN, inTurn(asked, pending, { accessToken: 'at-2' }));
    const seen: unknown[] = [];
    const token = await aws.client().getToken({
      ...user,
      async tokenPoller({ ask, authorizationUrl, signal }) {
        seen.push(authorizationUrl, signal.aborted, await ask());
        return `${await ask()} from my poller`;
      },
    });
    expect(token).toBe('at-2 from my poller');
    expect(seen).toEqual([LINK, false, undefined]);
  });

  test('case 69: an answer with neither a token nor a link is an error', async () => {
    await using aws = await loopbackAws();
    aws.on(TOKEN, () => ({ sessionStatus: 'IN_PROGRESS' }));
    await expect(aws.client().getToken({ ...user, onAuthUrl() {} })).rejects.toMatchObject({
      code: 'UNEXPECTED_ANSWER',
      message: /neither an access token nor an authorization URL/,
    });
  });

  test('case 70: FAILED ends the polling at once', async () => {
    await using aws = await loopbackAws();
    aws.on(TOKEN, inTurn(asked, pending, { sessionStatus: 'FAILED' }));
    await expect(ownRhythm(aws)).rejects.toMatchObject({
      code: 'AUTHORIZATION_FAILED',
      requestId: expect.any(String),
      operation: 'GetResourceOauth2Token',
    });
    expect(aws.requests).toHaveLength(3);
  });

  test('without anybody to show the link to, consent is an error and not ten minutes of silence', async () => {
    await using aws = await loopbackAws();
    aws.on(TOKEN, inTurn(asked));
    await expect(aws.client().getToken({ ...user })).rejects.toMatchObject({ code: 'CONSENT_REQUIRED' });
    expect(aws.requests).toHaveLength(1);
  });

  test('an onAuthUrl that fails ends the call with its own error, and nothing polls on', async () => {
    await using aws = await loopbackAws();
    aws.on(TOKEN, inTurn(asked));
    const failure = new Error('the chat window is closed');
    await expect(aws.client().getToken({ ...user, onAuthUrl: () => Promise.reject(failure) })).rejects.toBe(failure);
    expect(aws.requests).toHaveLength(1);
  });

  test('an AbortSignal ends the waiting, its reason is the cause, and no poll follows', async () => {
    await using aws = await loopbackAws();
    const controller = new AbortController();
    aws.on(TOKEN, inTurn(asked, pending));
    const reason = new Error('the user left');
    const waiting = aws.client().getToken({ ...user, onAuthUrl: () => controller.abort(reason), signal: controller.signal });
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED', cause: reason });
    expect(aws.requests).toHaveLength(1);
  });

  test("the invocation's own signal ends the waiting as well", async () => {
    await using aws = await loopbackAws();
    const controller = new AbortController();
    aws.on(TOKEN, inTurn(asked, pending));
    const waiting = runWithContext({ signal: controller.signal }, () =>
      aws.client().getToken({ ...user, onAuthUrl: () => controller.abort() }),
    );
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

function ownRhythm(aws: Awaited<ReturnType<typeof loopbackAws>>, more: Partial<GetTokenInput> = {}): Promise<string> {
  return aws.client().getToken({ ...user, onAuthUrl() {}, tokenPoller: soon, ...more });
}
