import type { IncomingMessage } from 'node:http';
import type { ApiModel } from '../api/model.ts';
import { AwsError } from './aws-error.ts';
import type { WireRequest } from './find-operation.ts';
import type { ServiceOperations } from './operation.ts';

/** In no model of an SDK: a shell in a session, over a WebSocket. */
const SHELLS = /^\/runtimes\/[^/]+\/ws\/shells(?:\/|$)/;

/**
 * Throws 501 for a path that no model has, and for an unsigned request that names what is not implemented. What is there, or cannot be told, is asked
 * for credentials.
 */
export type RefuseMissing = (request: IncomingMessage, wire: WireRequest & { query: URLSearchParams }) => void;

/**
 * Some operations are called without a signature: with a web identity, with a form, with a URL that was signed. Asking for credentials would send
 * their callers to look for a mistake of theirs.
 */
export function createRefuseMissing(models: readonly ApiModel[], services: Readonly<Record<string, ServiceOperations>>): RefuseMissing {
  const named = (protocol: ApiModel['protocol']) => models.filter((model) => model.protocol === protocol);
  return ({ headers }, { path, query, form }) => {
    if (SHELLS.test(path)) throw missing('bedrock-agentcore:InvokeAgentRuntimeCommandShell is not implemented by this emulator.');
    if (headers.authorization?.startsWith('AWS4-')) return;
    const presigned = /^[^/]*\/[^/]*\/[^/]*\/([^/]+)\/aws4_request$/.exec(query.get('X-Amz-Credential') ?? '')?.[1];
    if (presigned !== undefined)
      throw missing(
        `A URL that is signed for '${presigned.slice(0, 64)}' is not implemented by this emulator: sign the request's headers.`,
      );
    const target = headers['x-amz-target'];
    if (target !== undefined) {
      const [prefix, name = ''] = String(target).split('.', 2);
      refuse(
        named('json').filter((model) => model.targetPrefix === prefix),
        name,
        String(target),
      );
    }
    const action = form?.get('Action') ?? query.get('Action');
    if (typeof action === 'string') refuse(named('query'), action, action);
  };

  function refuse(candidates: readonly ApiModel[], name: string, given: string): void {
    const model = candidates.find(({ operations }) => Object.hasOwn(operations, name));
    if (model && services[model.service]?.[name]) return;
    throw missing(`${model ? `${model.service}:${name}` : `'${given.slice(0, 128)}'`} is not implemented by this emulator.`);
  }
}

function missing(message: string): AwsError {
  return new AwsError('NotImplemented', 501, message);
}
