import type { Scope } from '../store/items.ts';
import type { Store } from '../store/open-store.ts';
import { digestOf } from './canonical.ts';
import type { FoundOperation } from './find-operation.ts';

type Values = Record<string, unknown>;

/** Seals what the operations that list things give as the place to go on from, so that it says nothing and cannot be made up. */
export interface PageTokens {
  /** The input with the place in it that the handler gave. */
  open(found: FoundOperation, scope: Scope, input: Values): Values;
  /** The output with its place sealed for this operation, account, region and filter. Good for as long as the state: the key is kept with it. */
  seal(found: FoundOperation, scope: Scope, input: Values, output: Values): Values;
}

const TOKEN_NAMES = ['nextToken', 'NextToken', 'Marker'] as const;
/** A page may be longer or shorter than the one before; it must be of the same list. */
const PAGE_SIZES = new Set(['maxResults', 'MaxResults', 'MaxItems', 'limit']);
/** No handler takes this for a place in its list: each refuses it in the words of its service. */
const NO_PLACE = '!';

export function createPageTokens(store: Store): PageTokens {
  return {
    open(found, scope, input) {
      const name = tokenName(found);
      const given = name === undefined ? undefined : input[name];
      if (name === undefined || typeof given !== 'string') return input;
      const place = store.sealer.open(given, purpose(found, scope, input, name));
      return { ...input, [name]: place === undefined ? NO_PLACE : Buffer.from(place).toString('base64url') };
    },
    seal(found, scope, input, output) {
      const name = tokenName(found);
      const place = name === undefined ? undefined : output[name];
      if (name === undefined || typeof place !== 'string') return output;
      // Handlers write places in Base64. Sealed as they are they would be a third longer, and IAM takes no more than 320 characters.
      const text = Buffer.from(place, 'base64url').toString('utf8');
      return { ...output, [name]: store.sealer.seal(text, purpose(found, scope, input, name)) };
    },
  };
}

function tokenName({ model, operation }: FoundOperation): string | undefined {
  const [input, output] = [operation.input, operation.output].map((shape) => (shape ? model.shapes[shape]?.members : undefined));
  return TOKEN_NAMES.find((name) => input?.[name] && output?.[name]);
}

function purpose({ model, name: operation }: FoundOperation, { accountId, region }: Scope, input: Values, tokenMember: string): string {
  const filter = Object.fromEntries(Object.entries(input).filter(([name]) => name !== tokenMember && !PAGE_SIZES.has(name)));
  // IAM is one for all regions.
  return `page:${model.service}:${operation}:${accountId}:${model.service === 'iam' ? 'global' : region}:${digestOf(filter)}`;
}
