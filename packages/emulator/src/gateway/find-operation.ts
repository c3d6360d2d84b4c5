import type { IncomingHttpHeaders } from 'node:http';
import type { ApiModel, ApiOperation } from '../api/model.ts';
import { AwsError } from './aws-error.ts';

export interface FoundOperation {
  model: ApiModel;
  name: string;
  operation: ApiOperation;
  /** Values of the path's labels, decoded. */
  labels: Record<string, string>;
}

export interface WireRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** Parsed form of an awsQuery body. */
  form: URLSearchParams | undefined;
}

/** Finds which operation of a service a request means, by the protocol of the service: path, `x-amz-target` or `Action`. */
export function createOperationFinder(models: readonly ApiModel[]): (signingName: string, request: WireRequest) => FoundOperation {
  const routes = models.filter((model) => model.protocol === 'rest-json').flatMap(compileRoutes);
  return (signingName, request) => {
    const candidates = models.filter((model) => model.signingName === signingName);
    const [first] = candidates;
    if (!first) throw unknownService(signingName, models);
    if (first.protocol === 'query') return findByAction(first, request.form);
    if (first.protocol === 'json') return findByTarget(first, request.headers['x-amz-target']);
    return findByPath(routes, signingName, request);
  };
}

interface Route {
  model: ApiModel;
  name: string;
  operation: ApiOperation;
  segments: string[];
}

function compileRoutes(model: ApiModel): Route[] {
  return Object.entries(model.operations).map(([name, operation]) => ({ model, name, operation, segments: split(operation.path) }));
}

function split(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function findByPath(routes: readonly Route[], signingName: string, { method, path }: WireRequest): FoundOperation {
  const segments = split(path);
  let best: FoundOperation | undefined;
  let bestLiterals = -1;
  for (const route of routes) {
    if (route.model.signingName !== signingName || route.operation.method !== method) continue;
    const labels = matchSegments(route.segments, segments);
    const literals = route.segments.filter((segment) => !segment.startsWith('{')).length;
    // `/runtimes/{id}/versions/` and `/{anything+}` may both match: the one with more fixed words is meant.
    if (labels && literals > bestLiterals) {
      best = { model: route.model, name: route.name, operation: route.operation, labels };
      bestLiterals = literals;
    }
  }
  if (!best) throw new AwsError('UnknownOperationException', 404, `No operation of ${signingName} is at ${method} ${path.slice(0, 256)}.`);
  return best;
}

function matchSegments(template: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  for (const [index, part] of template.entries()) {
    if (part.endsWith('+}')) {
      labels[part.slice(1, -2)] = segments.slice(index).map(decode).join('/');
      return segments.length > index ? labels : undefined;
    }
    const segment = segments[index];
    if (segment === undefined) return undefined;
    if (part.startsWith('{')) labels[part.slice(1, -1)] = decode(segment);
    else if (part !== segment) return undefined;
  }
  return segments.length === template.length ? labels : undefined;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new AwsError('SerializationException', 400, 'The request path is not validly percent-encoded.');
  }
}

function findByTarget(model: ApiModel, target: string | string[] | undefined): FoundOperation {
  const [prefix, name] = String(target ?? '').split('.', 2);
  const operation = prefix === model.targetPrefix && name ? model.operations[name] : undefined;
  if (!operation)
    throw new AwsError(
      'UnknownOperationException',
      400,
      target ? `Unknown operation: ${String(target).slice(0, 128)}` : 'The header x-amz-target is missing.',
    );
  return { model, name: name!, operation, labels: {} };
}

function findByAction(model: ApiModel, form: URLSearchParams | undefined): FoundOperation {
  const name = form?.get('Action') ?? '';
  const version = form?.get('Version') ?? model.apiVersion;
  const operation = version === model.apiVersion ? model.operations[name] : undefined;
  if (!operation)
    throw new AwsError(
      'InvalidAction',
      400,
      `Could not find operation ${name.slice(0, 128) || '(no Action)'} for version ${version.slice(0, 32)}`,
    );
  return { model, name, operation, labels: {} };
}

function unknownService(signingName: string, models: readonly ApiModel[]): AwsError {
  const known = [...new Set(models.map((model) => model.signingName))].join(', ');
  return new AwsError('NotImplemented', 501, `The emulator does not have the service '${signingName.slice(0, 64)}'. It has: ${known}.`);
}
