export type ModelSurface = 'openai' | 'azure-v1' | 'azure';

export interface ModelRoute {
  surface: ModelSurface;
  operation: 'chat' | 'responses' | 'stored-response' | 'models' | 'model' | 'unknown';
  /** Deployment of Azure's classic surface, id of a stored response, or id of a model. */
  id?: string;
  /** False where Azure's `api-version` query parameter is missing. */
  versioned: boolean;
}

/** True for the paths of OpenAI's surface and of both Azure surfaces; a query string is ignored. */
export function isModelPath(path: string): boolean {
  return /^\/(?:v1|openai)\//.test(path);
}

export function findRoute(url: URL): ModelRoute {
  const { pathname } = url;
  if (pathname.startsWith('/v1/')) return { surface: 'openai', versioned: true, ...operationOf(pathname.slice('/v1'.length)) };
  if (pathname.startsWith('/openai/v1/'))
    return { surface: 'azure-v1', versioned: true, ...operationOf(pathname.slice('/openai/v1'.length)) };
  const versioned = (url.searchParams.get('api-version') ?? '') !== '';
  const deployment = /^\/openai\/deployments\/([^/]+)\/chat\/completions$/.exec(pathname)?.[1];
  if (deployment !== undefined) return { surface: 'azure', operation: 'chat', id: decode(deployment), versioned };
  const operation = operationOf(pathname.slice('/openai'.length));
  return { surface: 'azure', versioned, ...(operation.operation === 'chat' ? { operation: 'unknown' } : operation) };
}

function operationOf(path: string): Pick<ModelRoute, 'operation' | 'id'> {
  if (path === '/chat/completions') return { operation: 'chat' };
  if (path === '/responses') return { operation: 'responses' };
  if (path === '/models') return { operation: 'models' };
  const [, collection, id] = /^\/(responses|models)\/([^/]+)$/.exec(path) ?? [];
  if (id === undefined) return { operation: 'unknown' };
  return { operation: collection === 'models' ? 'model' : 'stored-response', id: decode(id) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign names nothing that exists; as it stands it is simply not found.
    return text;
  }
}
