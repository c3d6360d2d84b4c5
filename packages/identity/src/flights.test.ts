import { describe, expect, test } from 'vitest';
import { getContext, runWithContext, type GetTokenInput } from './index.ts';
import { createFlights } from './flights.ts';
import { loopbackAws } from './test/loopback-aws.ts';

const TOKEN = '/identities/oauth2/token';
const user = { providerName: 'github', authFlow: 'USER_FEDERATION', workloadIdentityToken: 'wat-1' } as const;

function deferred<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

describe('concurrent callers', () => {
  test('share one flight, and the next caller after its end starts another', async () => {
    const flights = createFlights();
    let starts = 0;
    const fly = (): Promise<number> => flights.share('key', async () => (starts += 1));
    await expect(Promise.all([fly(), fly(), fly()])).resolves.toEqual([1, 1, 1]);
    await expect(fly()).resolves.toBe(2);
  });

  test('all see its failure, and a failure is not kept', async () => {
    const flights = createFlights();
    let starts = 0;
    const fly = (): Promise<number> => flights.share('key', async () => ((starts += 1) === 1 ? Promise.reject(new Error('down')) : starts));
    const results = await Promise.allSettled([fly(), fly()]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(fly()).resolves.toBe(2);
  });

  test('one that leaves takes nobody along; the last one that leaves ends the flight', async () => {
    const flights = createFlights();
    const landing = deferred<string>();
    let flightSignal: AbortSignal | undefined;
    const [one, two] = [new AbortController(), new AbortController()];
    const fly = (signal: AbortSignal): Promise<string> =>
      flights.share(
        'key',
        (shared) => {
          flightSignal = shared;
          return landing.promise;
        },
        signal,
      );
    const first = fly(one.signal);
    const second = fly(two.signal);
    one.abort();
    await expect(first).rejects.toMatchObject({ code: 'ABORTED' });
    expect(flightSignal?.aborted).toBe(false);
    two.abort();
    await expect(second).rejects.toMatchObject({ code: 'ABORTED' });
    expect(flightSignal?.aborted).toBe(true);
    landing.reject(new Error('nobody hears this, and it is not an unhandled rejection'));
  });

  test('a caller whose signal is aborted already starts nothing', async () => {
    const flights = createFlights();
    let starts = 0;
    await expect(flights.share('key', async () => (starts += 1), AbortSignal.abort())).rejects.toMatchObject({ code: 'ABORTED' });
    expect(starts).toBe(0);
  });
});

describe('concurrent callers of getToken', () => {
  test('share one consent, and each shows the link once, in its own context', async () => {
    await using aws = await loopbackAws();
    aws.on(TOKEN, () => ({ authorizationUrl: 'https://vendor/authorize', sessionUri: 'urn:ietf:params:oauth:request_uri:1' }));
    const client = aws.client();
    const controller = new AbortController();
    const shown: string[] = [];
    const allShown = deferred<void>();
    const onAuthUrl = (): void => {
      shown.push(getContext()?.requestId ?? 'no context');
      if (shown.length === 3) allShown.resolve();
    };
    const waiting = ['r-1', 'r-2', 'r-3'].map((requestId) =>
      runWithContext({ requestId }, () => client.getToken({ ...user, onAuthUrl, signal: controller.signal })),
    );
    const ended = Promise.allSettled(waiting);
    await allShown.promise;
    controller.abort();
    await ended;
    expect(shown.sort()).toEqual(['r-1', 'r-2', 'r-3']);
    expect(aws.requests).toHaveLength(1);
  });

  test('one whose link cannot be shown leaves alone', async () => {
    await using aws = await loopbackAws();
    aws.on(TOKEN, () => ({ authorizationUrl: 'https://vendor/authorize', sessionUri: 'urn:ietf:params:oauth:request_uri:1' }));
    const client = aws.client();
    const controller = new AbortController();
    const shown = deferred<void>();
    const broken = client.getToken({ ...user, onAuthUrl: () => Promise.reject(new Error('no screen')) });
    const other = client.getToken({ ...user, onAuthUrl: () => shown.resolve(), signal: controller.signal });
    await expect(broken).rejects.toThrow('no screen');
    await shown.promise;
    controller.abort();
    await expect(other).rejects.toMatchObject({ code: 'ABORTED' });
    expect(aws.requests).toHaveLength(1);
  });

  test.each<[string, Partial<GetTokenInput>]>([
    ['another user', { workloadIdentityToken: 'wat-2' }],
    ['other scopes', { scopes: ['write'] }],
    ['another provider', { providerName: 'slack' }],
    ['a forced consent', { forceAuthentication: true }],
  ])('%s is another flight', async (_name, difference) => {
    await using aws = await loopbackAws();
    aws.on(TOKEN, (body) => ({ accessToken: JSON.stringify(body) }));
    const client = aws.client();
    const [one, two] = await Promise.all([client.getToken(user), client.getToken({ ...user, ...difference })]);
    expect(one).not.toBe(two);
    expect(aws.requests).toHaveLength(2);
  });
});
