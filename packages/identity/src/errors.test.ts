import { inspect } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { IdentityClient, IdentityError, type IdentityErrorCode } from './index.ts';
import { loopbackAws, type AwsFailure } from './test/loopback-aws.ts';

afterEach(() => vi.restoreAllMocks());

async function failure(call: Promise<unknown>): Promise<IdentityError> {
  const error = await call.then(
    () => new Error('the call succeeded'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(IdentityError);
  return error as IdentityError;
}

const github = { name: 'p', vendor: 'GithubOauth2', config: { clientId: 'id', clientSecret: 'client-secret' } } as const;

describe('what AWS refuses', () => {
  test.each<[string, number, string, IdentityErrorCode, RegExp]>([
    ['AccessDeniedException', 403, 'User: x is not authorized', 'ACCESS_DENIED', /four resources/],
    ['UnauthorizedException', 401, 'The token has expired', 'UNAUTHORIZED', /inside the invocation/],
    [
      'AccessDeniedException',
      403,
      'Token has expired. Please generate a new token.',
      'UNAUTHORIZED',
      /No permission is missing: .* 15 minutes/,
    ],
    [
      'ValidationException',
      400,
      'WorkloadIdentity is linked to a service and cannot',
      'INVALID_ARGUMENT',
      /comes? with each|gets its token/,
    ],
    ['ResourceNotFoundException', 404, 'not found', 'NOT_FOUND', /region and the account/],
    ['ConflictException', 409, 'in progress', 'CONFLICT', /try again/],
    ['ConcurrentModificationException', 409, 'changed', 'CONFLICT', /try again/],
    ['ConflictException', 409, 'openai already exists', 'ALREADY_EXISTS', /another name/],
    ['ValidationException', 400, 'WorkloadIdentity with name x already exists', 'ALREADY_EXISTS', /another name/],
    ['ValidationException', 400, '1 validation error detected', 'INVALID_ARGUMENT', /validation error/],
    ['ServiceQuotaExceededException', 402, 'quota', 'QUOTA_EXCEEDED', /quota/],
    ['DecryptionFailure', 400, 'kms', 'ENCRYPTION', /KMS key/],
    ['ExpiredTokenException', 403, 'The security token is expired', 'CREDENTIALS', /AWS_SESSION_TOKEN/],
    ['SomethingNewException', 418, 'unheard of', 'SERVICE', /unheard of/],
  ])('%s (%i, "%s") becomes %s, with advice, AWS request id and cause', async (errorType, status, message, code, advice) => {
    await using aws = await loopbackAws();
    aws.on('/identities/api-key', () => ({ errorType, status, message }));
    const error = await failure(aws.client().getApiKey({ providerName: 'openai', workloadIdentityToken: 'wat' }));
    expect(error).toMatchObject({
      code,
      operation: 'GetResourceApiKey',
      awsStatus: status,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(error.message).toMatch(advice);
    expect(error.message).toContain(message);
    expect(error.message).toContain(`(AWS request id: ${error.requestId})`);
    expect(error.cause).toMatchObject({ name: errorType, $metadata: { requestId: error.requestId } });
    expect(aws.requests).toHaveLength(1);
  });

  test.each<[unknown, string]>([
    [5, 'with a key that is no text'],
    [{ text: 'key' }, 'with a key that is no text'],
    ['k'.repeat(65_537), 'with a key of 65537 characters'],
    ['', 'without a key'],
  ])('a key that is none is not given out (case %#)', async (apiKey, message) => {
    await using aws = await loopbackAws();
    aws.on('/identities/api-key', () => ({ apiKey }));
    const error = await failure(aws.client().getApiKey({ providerName: 'openai', workloadIdentityToken: 'wat' }));
    expect(error).toMatchObject({ code: 'UNEXPECTED_ANSWER', message: expect.stringContaining(message) });
  });

  test('a message that is no text, has no end or rewrites the terminal becomes one that can be shown', async () => {
    await using aws = await loopbackAws();
    const said = async (message: unknown): Promise<string> => {
      aws.on('/identities/api-key', () => ({ errorType: 'ValidationException', status: 400, message: message as string }));
      return (await failure(aws.client().getApiKey({ providerName: 'openai', workloadIdentityToken: 'wat' }))).message;
    };
    for (const message of [5, { a: 1 }, ['x'], null]) expect(await said(message)).toContain('GetResourceApiKey');
    expect((await said('x'.repeat(100_000))).length).toBeLessThan(3_000);
    expect(await said('\u001b[2J\u009b31mno')).toContain(': [2J31mno.');
  });

  test('ThrottlingException is THROTTLED after the three attempts of the SDK', async () => {
    await using aws = await loopbackAws();
    aws.on('/identities/api-key', () => ({ errorType: 'ThrottlingException', status: 429, message: 'Rate exceeded' }));
    expect(await failure(aws.client().getApiKey({ providerName: 'openai', workloadIdentityToken: 'wat' }))).toMatchObject({
      code: 'THROTTLED',
      awsStatus: 429,
    });
    expect(aws.requests).toHaveLength(3);
  });

  test('a denial names the statement that is missing, with this provider and this secret', async () => {
    await using aws = await loopbackAws();
    const denied: AwsFailure = { errorType: 'AccessDeniedException', status: 403, message: 'no identity-based policy allows the action' };
    aws.on('/identities/api-key', () => denied);
    aws.on('/identities/oauth2/token', () => denied);
    aws.on('/identities/CreateWorkloadIdentity', () => denied);
    const client = aws.client();
    const apiKey = await failure(client.getApiKey({ providerName: 'openai', workloadIdentityToken: 'wat' }));
    expect(apiKey.message).toContain('bedrock-agentcore:GetResourceApiKey');
    expect(apiKey.message).toContain('token-vault/default/apikeycredentialprovider/openai');
    expect(apiKey.message).toContain('workload-identity-directory/default/workload-identity/');
    expect(apiKey.message).toContain(
      'secretsmanager:GetSecretValue on secret:bedrock-agentcore-identity!default/apikey/openai-????????-??????',
    );
    const token = await failure(client.getToken({ providerName: 'github', authFlow: 'M2M', workloadIdentityToken: 'wat' }));
    expect(token.message).toContain('token-vault/default/oauth2credentialprovider/github');
    expect(token.message).toContain('bedrock-agentcore-identity!default/oauth2/github-????????-??????');
    const workload = await failure(client.createWorkloadIdentity({ name: 'agent' }));
    expect(workload.message).toContain(
      'bedrock-agentcore:CreateWorkloadIdentity on workload-identity-directory/default and workload-identity-directory/default/workload-identity/agent',
    );
  });

  test('wrong AWS credentials are CREDENTIALS', async () => {
    await using aws = await loopbackAws();
    const client = aws.client({ credentials: { ...aws.credentials, secretAccessKey: 'not the secret' } });
    expect(await failure(client.listWorkloadIdentities())).toMatchObject({
      code: 'CREDENTIALS',
      message: /InvalidSignature|signature is wrong/,
    });
  });

  test('a service that is not there is NETWORK, and the address of the endpoint is advised', async () => {
    using client = new IdentityClient({
      region: 'us-west-2',
      endpoint: 'http://127.0.0.1:9',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    const error = await failure(client.listWorkloadIdentities());
    expect(error).toMatchObject({ code: 'NETWORK', message: /AWS_ENDPOINT_URL/ });
    expect(error.requestId).toBeUndefined();
  });

  test('an answer without the key is UNEXPECTED_ANSWER', async () => {
    await using aws = await loopbackAws();
    aws.on('/identities/api-key', () => ({}));
    expect(await failure(aws.client().getApiKey({ providerName: 'openai', workloadIdentityToken: 'wat' }))).toMatchObject({
      code: 'UNEXPECTED_ANSWER',
    });
  });

  test.each<[string, (client: IdentityClient, signal: AbortSignal) => Promise<unknown>]>([
    ['ensureApiKeyCredentialProvider', (client, signal) => client.ensureApiKeyCredentialProvider({ name: 'p', apiKey: 'k', signal })],
    ['createApiKeyCredentialProvider', (client, signal) => client.createApiKeyCredentialProvider({ name: 'p', apiKey: 'k', signal })],
    ['updateApiKeyCredentialProvider', (client, signal) => client.updateApiKeyCredentialProvider({ name: 'p', apiKey: 'k', signal })],
    ['getApiKeyCredentialProvider', (client, signal) => client.getApiKeyCredentialProvider({ name: 'p', signal })],
    ['listApiKeyCredentialProviders', (client, signal) => client.listApiKeyCredentialProviders({ signal })],
    ['deleteApiKeyCredentialProvider', (client, signal) => client.deleteApiKeyCredentialProvider({ name: 'p', signal })],
    ['ensureOauth2CredentialProvider', (client, signal) => client.ensureOauth2CredentialProvider({ ...github, signal })],
    ['createOauth2CredentialProvider', (client, signal) => client.createOauth2CredentialProvider({ ...github, signal })],
    ['updateOauth2CredentialProvider', (client, signal) => client.updateOauth2CredentialProvider({ ...github, signal })],
    ['getOauth2CredentialProvider', (client, signal) => client.getOauth2CredentialProvider({ name: 'p', signal })],
    ['listOauth2CredentialProviders', (client, signal) => client.listOauth2CredentialProviders({ signal })],
    ['deleteOauth2CredentialProvider', (client, signal) => client.deleteOauth2CredentialProvider({ name: 'p', signal })],
    ['createWorkloadIdentity', (client, signal) => client.createWorkloadIdentity({ name: 'w', signal })],
    ['updateWorkloadIdentity', (client, signal) => client.updateWorkloadIdentity({ name: 'w', signal })],
    ['getWorkloadIdentity', (client, signal) => client.getWorkloadIdentity({ name: 'w', signal })],
    ['listWorkloadIdentities', (client, signal) => client.listWorkloadIdentities({ signal })],
    ['deleteWorkloadIdentity', (client, signal) => client.deleteWorkloadIdentity({ name: 'w', signal })],
    ['getTokenVault', (client, signal) => client.getTokenVault({ signal })],
    ['setTokenVaultCMK', (client, signal) => client.setTokenVaultCMK({ kmsConfiguration: { keyType: 'ServiceManagedKey' }, signal })],
    ['getWorkloadAccessToken', (client, signal) => client.getWorkloadAccessToken({ workloadName: 'w', signal })],
    ['getApiKey', (client, signal) => client.getApiKey({ providerName: 'p', workloadIdentityToken: 'wat', signal })],
    ['getToken', (client, signal) => client.getToken({ providerName: 'p', authFlow: 'M2M', workloadIdentityToken: 'wat', signal })],
    [
      'completeResourceTokenAuth',
      (client, signal) => client.completeResourceTokenAuth({ sessionUri: 'urn:ietf:params:oauth:request_uri:1', userId: 'u', signal }),
    ],
  ])('%s with an aborted signal is ABORTED and sends nothing', async (_name, start) => {
    await using aws = await loopbackAws();
    expect(await failure(start(aws.client(), AbortSignal.abort()))).toMatchObject({ code: 'ABORTED' });
    expect(aws.requests).toEqual([]);
  });

  test('a signal that is aborted while a call hangs ends it with ABORTED', async () => {
    await using aws = await loopbackAws();
    const controller = new AbortController();
    aws.on('/identities/api-key', () => {
      controller.abort(new Error('enough'));
      return new Promise(() => {});
    });
    const call = aws.client().getApiKey({ providerName: 'openai', workloadIdentityToken: 'wat', signal: controller.signal });
    expect(await failure(call)).toMatchObject({ code: 'ABORTED', cause: { message: 'enough' } });
  });
});

describe('secrets', () => {
  test('are in no error and in no log, even where the service repeats them', async () => {
    await using aws = await loopbackAws();
    const secrets = {
      apiKey: 'sk-proj-"quoted"-0123456789',
      clientSecret: 'client-secret-0123456789',
      wat: 'wat-0123456789',
      jwt: 'eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl',
      state: 'state-0123456789',
      parameter: 'hint-0123456789',
    };
    const printed: unknown[] = [];
    for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const)
      vi.spyOn(console, level).mockImplementation((...args) => void printed.push(args));
    for (const stream of [process.stdout, process.stderr])
      vi.spyOn(stream, 'write').mockImplementation((text) => (printed.push(String(text)), true));
    const echo = (body: Record<string, unknown>): AwsFailure => ({
      errorType: 'ValidationException',
      status: 400,
      message: `Value ${JSON.stringify(body)} is not valid: ${Object.values(body).join(' ')}`,
    });
    const paths = [
      'CreateApiKeyCredentialProvider',
      'UpdateApiKeyCredentialProvider',
      'api-key',
      'oauth2/token',
      'GetWorkloadAccessTokenForJWT',
      'CompleteResourceTokenAuth',
      'CreateOauth2CredentialProvider',
    ];
    for (const path of paths) aws.on(`/identities/${path}`, echo);
    const client = aws.client({ cache: { ttlMs: 1_000 } });

    const errors = await Promise.all([
      failure(client.ensureApiKeyCredentialProvider({ name: 'openai', apiKey: secrets.apiKey })),
      failure(client.updateApiKeyCredentialProvider({ name: 'openai', apiKey: secrets.apiKey })),
      failure(client.getApiKey({ providerName: 'openai', workloadIdentityToken: secrets.wat })),
      failure(
        client.getToken({
          providerName: 'p',
          authFlow: 'M2M',
          workloadIdentityToken: secrets.wat,
          customState: secrets.state,
          customParameters: { login_hint: secrets.parameter },
        }),
      ),
      failure(client.getWorkloadAccessToken({ workloadName: 'agent', userToken: secrets.jwt })),
      failure(client.completeResourceTokenAuth({ sessionUri: 'urn:ietf:params:oauth:request_uri:1', userToken: secrets.jwt })),
      failure(
        client.createOauth2CredentialProvider({
          name: 'p',
          vendor: 'GithubOauth2',
          config: { clientId: 'id', clientSecret: secrets.clientSecret },
        }),
      ),
    ]);

    const shown =
      errors
        .flatMap((error) => [inspect(error, { depth: null }), error.stack, JSON.stringify(error), JSON.stringify(error.cause)])
        .join('\n') + inspect(printed, { depth: null });
    for (const secret of [...Object.values(secrets), JSON.stringify(secrets.apiKey).slice(1, -1)]) expect(shown).not.toContain(secret);
    expect(shown).toContain('[secret]');
    expect(aws.requests.map(({ body }) => JSON.stringify(body)).join()).toContain(secrets.wat);
  });

  test('a client shows none of its own when it is printed', () => {
    const client = new IdentityClient({ credentials: { accessKeyId: 'AKIA0000', secretAccessKey: 'aws-secret-0123456789' } });
    expect(inspect(client, { depth: null, showHidden: true }) + JSON.stringify(client)).not.toContain('aws-secret');
  });
});
