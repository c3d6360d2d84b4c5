import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiModel } from '../api/model.ts';
import type { Authorizer } from '../authorization/create-authorizer.ts';
import { transportKeys } from '../authorization/transport-keys.ts';
import type { Caller } from '../credentials/authenticate.ts';
import { EmulatorError } from '../emulator-error.ts';
import type { EmulatorServices } from '../emulator-services.ts';
import { fillArn, unlistedResource } from '../iam/action-resources.ts';
import { AwsError } from './aws-error.ts';
import { createClientTokens } from './client-tokens.ts';
import { createOperationFinder, type FoundOperation, type WireRequest } from './find-operation.ts';
import type { GatewayCaller, Operation, OperationContext, ServiceOperations } from './operation.ts';
import { createPageTokens } from './page-tokens.ts';
import { foldHeaders } from './fold-headers.ts';
import { readBody } from './read-body.ts';
import { readInput } from './read-input.ts';
import { createRefuseMembers } from './refuse-members.ts';
import { createRefuseMissing } from './refuse-missing.ts';
import type { SignedRequest } from './sigv4.ts';
import { validateInput } from './validate-input.ts';
import { validationError } from './validation-error.ts';
import { writeError, type ErrorModel } from './write-error.ts';
import { writeOutput } from './write-output.ts';
import { partitionOf } from '../partition.ts';

export interface GatewayOptions {
  models: readonly ApiModel[];
  /** Service name of the model -> its handlers. */
  services: Readonly<Record<string, ServiceOperations>>;
  emulator: EmulatorServices;
  authenticate(request: SignedRequest): Caller;
  authorizer: Authorizer;
  /** Told of every fault of ours, with its stack: they are bugs. */
  onFault(error: unknown, operation: string): void;
}

/** InvokeAgentRuntime takes 100 MB; everything else is far smaller. */
const MAX_PAYLOAD_BYTES = 100 * 1024 * 1024;
/** A policy of 131,072 characters, each of them percent-encoded, fits many times. */
const MAX_FORM_BYTES = 4 * 1024 * 1024;
/** Whoever shows no credentials is refused anyway, and is not worth the memory. */
const MAX_ANONYMOUS_BYTES = 1024 * 1024;
/** Of STS: the token in the request says who calls. */
const UNSIGNED_ACTIONS: ReadonlySet<string> = new Set(['AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity']);

/** Serves the AWS APIs: authenticates, finds the operation, reads and checks its input, asks IAM, runs the handler, writes the answer. */
export function createGateway(options: GatewayOptions): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const findOperation = createOperationFinder(options.models);
  const pageTokens = createPageTokens(options.emulator.store);
  const clientTokens = createClientTokens(options.emulator);
  const refuseMembers = createRefuseMembers(options.models);
  const refuseMissing = createRefuseMissing(options.models, options.services);

  return async (request, response) => {
    const requestId = randomUUID();
    const aborted = abortOnHangUp(response);
    let found: FoundOperation | undefined;
    let model: ApiModel | undefined;
    try {
      const url = request.url ?? '/';
      const method = request.method ?? 'GET';
      model = guessModel(options.models, request);
      const body = await readBody(request, bodyLimit(request, model));
      const question = url.indexOf('?');
      const wire = {
        method,
        path: question < 0 ? url : url.slice(0, question),
        query: new URLSearchParams(question < 0 ? '' : url.slice(question + 1)),
        headers: foldHeaders(request),
        form: model?.protocol === 'query' && isForm(request) ? new URLSearchParams(body.toString('utf8')) : undefined,
        body,
      };
      let caller: GatewayCaller | undefined;
      found = isSigned(request) ? undefined : findUnsignedOperation(wire);
      if (!found) {
        refuseMissing(request, wire);
        const { headers, headersDistinct } = request;
        const { signature, principal, sessionPolicies } = options.authenticate({ method, url, headers, headersDistinct, body });
        caller = { principal, sessionPolicies, region: signature.region };
        found = findOperation(signature.service, wire);
      }
      model = found.model;
      await writeOutput(found, await run(found, wire, caller, requestId, request, aborted), requestId, response);
    } catch (error) {
      finishWithError(error, { found, model: model ?? guessProtocol(request), requestId, response });
    }
  };

  async function run(
    found: FoundOperation,
    wire: WireRequest & { query: URLSearchParams; body: Buffer },
    signer: GatewayCaller | undefined,
    requestId: string,
    request: IncomingMessage,
    signal: AbortSignal,
  ): Promise<Record<string, unknown>> {
    const { model, name, operation } = found;
    const handler = options.services[model.service]?.[name] as Operation<unknown, unknown> | undefined;
    if (!handler || operation.input === undefined) {
      throw new AwsError('NotImplemented', 501, `${model.service}:${name} is not implemented by this emulator.`);
    }
    const input = readInput(found, wire);
    const violations = validateInput(model, operation.input, input);
    if (violations.length > 0) throw validationError(model, violations);
    refuseMembers(found, input);

    const caller = signer ?? (await handler.authenticateBearer!(input, bearerToken(request), options.emulator));
    const { principal, sessionPolicies, region, bearer } = caller;
    const defaultAction = `${model.signingName}:${name}`;
    const context: OperationContext = {
      accountId: principal.accountId,
      region,
      requestId,
      principal,
      sessionPolicies,
      ...(bearer ? { bearer } : {}),
      emulator: options.emulator,
      signal,
      headers: wire.headers as Record<string, string | undefined>,
      authorize: ({ action = defaultAction, resources, context: keys = {}, ...policies }) =>
        options.authorizer.require(caller, {
          action,
          resources,
          context: { ...requestKeys(request, input, region), ...keys },
          ...policies,
        }),
    };
    // A user's token was judged by the authorizer of what is called: IAM knows nothing of that user.
    if (!bearer) {
      const permissions = handler.authorize?.(input, context) ?? [{ resources: [defaultResource(defaultAction, caller)] }];
      for (const permission of permissions) context.authorize(permission);
    }
    return clientTokens.once(found, context, input, async () => {
      const output = await handler.handle(pageTokens.open(found, context, input), context);
      return pageTokens.seal(found, context, input, output as Record<string, unknown>);
    });
  }

  /** Without a signature's scope the service cannot be told. Only some of STS and of AgentCore take anything else. */
  function findUnsignedOperation(wire: WireRequest): FoundOperation | undefined {
    try {
      if (UNSIGNED_ACTIONS.has(wire.form?.get('Action') ?? '')) return findOperation('sts', wire);
      const { model, name, ...rest } = findOperation('bedrock-agentcore', wire);
      return options.services[model.service]?.[name]?.authenticateBearer ? { model, name, ...rest } : undefined;
    } catch (error) {
      if (error instanceof AwsError) return undefined;
      throw error;
    }
  }

  function finishWithError(
    error: unknown,
    {
      found,
      model,
      requestId,
      response,
    }: { found: FoundOperation | undefined; model: ErrorModel; requestId: string; response: ServerResponse },
  ): void {
    const operation = found ? `${found.model.service}:${found.name}` : 'unknown operation';
    if (response.headersSent) {
      // The answer has begun: the only honest sign of a fault that is left is to break it off.
      if (!response.destroyed) response.destroy();
      if (!isHangUp(error)) options.onFault(error, operation);
      return;
    }
    if (isHangUp(error)) return void response.destroy();
    if (error instanceof AwsError) return writeError(error, model, requestId, response);
    options.onFault(error, operation);
    // What the disk refuses is not a bug, and its message says what to do.
    const message =
      error instanceof EmulatorError
        ? error.message
        : 'The emulator failed while it served this request: this is a bug of the emulator. Its log has the details.';
    writeError(new AwsError('InternalFailure', 500, message), model, requestId, response);
  }
}

/** What an action is checked against when no resource can be named: often not `*`, but every resource of a type in the account. */
function defaultResource(action: string, { principal, region }: GatewayCaller): string {
  return fillArn(unlistedResource(action), { Partition: partitionOf(region), Region: region, Account: principal.accountId });
}

/** The condition keys that every request has, whatever its service. */
export function requestKeys(request: IncomingMessage, input: Record<string, unknown>, region: string): Record<string, string | string[]> {
  const tags = requestTags(input);
  return {
    ...transportKeys(request, region),
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    ...(Object.keys(tags).length > 0 ? { 'aws:TagKeys': Object.keys(tags) } : {}),
  };
}

/** AgentCore sends tags as a map, the older services as a list of `{ Key, Value }`. */
function requestTags(input: Record<string, unknown>): Record<string, string> {
  const tags = input['tags'] ?? input['Tags'];
  if (Array.isArray(tags)) return Object.fromEntries((tags as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]));
  return (tags ?? {}) as Record<string, string>;
}

/** How much of a body is held before it is known who sent it. */
function bodyLimit(request: IncomingMessage, model: ApiModel | undefined): number {
  if (request.headers.authorization === undefined) return MAX_ANONYMOUS_BYTES;
  return model?.protocol === 'query' ? MAX_FORM_BYTES : MAX_PAYLOAD_BYTES;
}

/** Before a signature is trusted, its scope says only in which protocol an error has to be written. */
function guessModel(models: readonly ApiModel[], request: IncomingMessage): ApiModel | undefined {
  const service = /Credential=[^/]*\/[^/]*\/[^/]*\/([^/,]+)\//.exec(request.headers.authorization ?? '')?.[1];
  if (service) return models.find((model) => model.signingName === service);
  const target = String(request.headers['x-amz-target'] ?? '').split('.', 1)[0];
  return (
    models.find((model) => model.targetPrefix !== undefined && model.targetPrefix === target) ??
    (isForm(request) ? models.find(({ protocol }) => protocol === 'query') : undefined)
  );
}

/** Of a service that there is not: the form of the request, so that its client can read the answer. */
function guessProtocol(request: IncomingMessage): ErrorModel {
  if (isForm(request)) return { protocol: 'query' };
  return { protocol: request.headers['x-amz-target'] === undefined ? 'rest-json' : 'json' };
}

function isSigned(request: IncomingMessage): boolean {
  return request.headers.authorization?.startsWith('AWS4-') ?? false;
}

function bearerToken(request: IncomingMessage): string | undefined {
  return /^Bearer +([^\s,]+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

function isForm(request: IncomingMessage): boolean {
  return request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
}

function abortOnHangUp(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

/** Whether an error says only that the other side has gone. */
export function isHangUp(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ERR_STREAM_UNABLE_TO_PIPE' || code === 'ABORT_ERR';
}
