import type { ApiModel, ApiOperation } from '../api/model.ts';
import { SECRET_MARK } from './make-value.ts';

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** Errors that any operation of a protocol can answer with, beside those of its model. */
const COMMON: Record<ApiModel['protocol'], readonly string[]> = {
  'rest-json': ['AccessDeniedException', 'SerializationException', 'ValidationException', 'RequestEntityTooLargeException'],
  json: [
    'AccessDeniedException',
    'SerializationException',
    'ValidationException',
    'InvalidParameterException',
    'RequestEntityTooLargeException',
  ],
  query: ['AccessDenied', 'MalformedInput', 'ValidationError', 'SerializationException', 'RequestEntityTooLargeException'],
};

/**
 * Errors that are in no model. That of the list its siblings have, for a runtime that does not exist: an empty list would be less true. That of
 * CreateRole is what AWS answers for a permissions boundary that does not exist.
 */
const UNMODELLED = new Set(['ListAgentRuntimeEndpoints ResourceNotFoundException', 'CreateRole NoSuchEntity']);

/** The error's code, as a client of the protocol reads it. */
export function codeOf({ headers, text }: Answer, protocol: ApiModel['protocol']): string | undefined {
  if (protocol === 'query') return /<Code>([^<]*)<\/Code>/.exec(text)?.[1];
  return (headers['x-amzn-errortype'] as string | undefined) ?? (JSON.parse(text || '{}') as Record<string, string>)['__type'];
}

/** Says what is wrong with an answer, if something is. `isAstray`: the wire was spoilt, so the request need not have been this operation's. */
export function judge(
  answer: Answer,
  { model, name, operation, isAstray }: { model: ApiModel; name: string; operation: ApiOperation; isAstray: boolean },
): string | undefined {
  const { status, text } = answer;
  if (status < 400) return status < 200 || status >= 300 ? `status ${status}` : undefined;
  const code = codeOf(
    answer,
    isAstray && text.startsWith('<') ? 'query' : model.protocol === 'query' && !text.startsWith('<') ? 'rest-json' : model.protocol,
  );
  // What the emulator does not do, it says so: docs/ and README.md list it.
  if (status === 501 && code === 'NotImplemented') return undefined;
  if (status >= 500) return `status ${status} ${code}`;
  if (text.includes(SECRET_MARK)) return 'an error shows a secret';
  if (text.length > 20_000) return `an error of ${text.length} characters`;
  if (isAstray) return code === undefined && text !== '' ? 'an error without a code' : undefined;
  if (UNMODELLED.has(`${name} ${code}`)) return undefined;
  const modelled = operation.errors?.[code ?? ''];
  if (modelled !== undefined)
    return model.protocol !== 'json' && modelled !== status ? `${code} with status ${status} for ${modelled}` : undefined;
  return COMMON[model.protocol].includes(code ?? '') ? undefined : `${code} is no error of this operation`;
}
