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
  const routes = compileRoutes(models);
  const services = new Map(models.map((model) => [model.signingName, model]));
  return (signingName, request) => {
    const service = services.get(signingName);
    if (!service) throw unknownService(signingName, models);
    if (service.protocol === 'query') return findByAction(service, request.form);
    if (service.protocol === 'json') return findByTarget(service, request.headers['x-amz-target']);
    return findByPath(routes, signingName, request);
  };
}

interface Route {
  model: ApiModel;
  name: string;
  operation: ApiOperation;
  segments: string[];
  /** How many segments are fixed words. */
  literals: number;
}

/** Routes by what every request says outright: service and method. */
function compileRoutes(models: readonly ApiModel[]): Map<string, Route[]> {
  const routes = new Map<string, Route[]>();
  for (const model of models.filter(({ protocol }) => protocol === 'rest-json')) {
    for (const [name, operation] of Object.entries(model.operations)) {
      const segments = split(operation.path);
      const literals = segments.filter((segment) => !segment.startsWith('{')).length;
      const key = routeKey(model.signingName, operation.method);
      routes.set(key, [...(routes.get(key) ?? []), { model, name, operation, segments, literals }]);
    }
  }
  // `/runtimes/{id}/versions/` and `/{anything+}` may both match: the one with more fixed words is meant, so it is tried first.
  for (const list of routes.values()) list.sort((a, b) => b.literals - a.literals);
  return routes;
}

const routeKey = (signingName: string, method: string) => `${signingName} ${method}`;

function split(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function findByPath(routes: ReadonlyMap<string, Route[]>, signingName: string, { method, path }: WireRequest): FoundOperation {
  const segments = split(path);
  for (const { model, name, operation, segments: template } of routes.get(routeKey(signingName, method)) ?? []) {
    const labels = matchSegments(template, segments);
    if (labels) return { model, name, operation, labels };
  }
  throw new AwsError('UnknownOperationException', 404, `No operation of ${signingName} is at ${method} ${path.slice(0, 256)}.`);
}

function matchSegments(template: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (template[0] !== segments[0] && !template[0]?.startsWith('{')) return undefined;
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
  const operation = prefix === model.targetPrefix && name ? own(model.operations, name) : undefined;
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
  const operation = version === model.apiVersion ? own(model.operations, name) : undefined;
  if (!operation)
    throw new AwsError(
      'InvalidAction',
      400,
      `Could not find operation ${name.slice(0, 128) || '(no Action)'} for version ${version.slice(0, 32)}`,
    );
  return { model, name, operation, labels: {} };
}

/** A member that every object has, such as `constructor`, is no operation. */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function unknownService(signingName: string, models: readonly ApiModel[]): AwsError {
  // S3 has a gateway of its own.
  const known = [...new Set(models.map((model) => model.signingName)), 's3'].join(', ');
  return new AwsError('NotImplemented', 501, `The emulator does not have the service '${signingName.slice(0, 64)}'. It has: ${known}.`);
}
