import { compileActions } from './compile-actions.ts';
import { compileConditions } from './compile-conditions.ts';
import { compileNotPrincipals, compilePrincipals } from './compile-principals.ts';
import { compileResources } from './compile-resources.ts';
import { contextKeys } from './context-keys.ts';
import { PolicyError } from './policy-error.ts';
import { isObject, stringList, syntaxError } from './string-list.ts';
import type { CompiledStatement, DocumentKind, Principal, PrincipalMatch, Subject } from './types.ts';

export interface StatementOptions {
  kind: DocumentKind;
  index: number;
  where: string;
  variables: boolean;
}

const ELEMENTS = new Set(['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']);

/** Checks one statement and makes it ready to be asked. */
export function compileStatement(statement: unknown, options: StatementOptions): CompiledStatement {
  const { index, where, variables } = options;
  if (!isObject(statement)) throw syntaxError(where, 'must be an object', statement);
  for (const name of Object.keys(statement)) if (!ELEMENTS.has(name)) throw syntaxError(where, `has an unknown element "${name}"`);
  const sid = readSid(statement['Sid'], options);
  const effect = readEffect(statement['Effect'], where);
  const matchesAction = readActions(statement, options);
  const matchesResource = readResources(statement, options);
  const names = readPrincipals(statement, effect, options);
  const holds =
    statement['Condition'] === undefined ? undefined : compileConditions(statement['Condition'], `${where}.Condition`, variables);
  const concerns = (subject: Subject) => matchesAction(subject.action) && matchesResource(subject);
  return {
    ...(sid === undefined ? {} : { sid }),
    index,
    effect,
    names,
    applies: (subject) => concerns(subject) && (holds === undefined || holds(subject)),
    concerns,
    contextKeys: () => contextKeys(statement, variables),
  };
}

function readSid(sid: unknown, { kind, where }: StatementOptions): string | undefined {
  if (sid === undefined) return undefined;
  if (typeof sid !== 'string') throw syntaxError(`${where}.Sid`, 'must be a string', sid);
  if (kind === 'identity' && !/^[A-Za-z0-9]*$/.test(sid)) {
    throw new PolicyError(
      `Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*. (${where}.Sid: "${sid}")`,
    );
  }
  return sid === '' ? undefined : sid;
}

function readEffect(effect: unknown, where: string): 'Allow' | 'Deny' {
  if (effect === 'Allow' || effect === 'Deny') return effect;
  if (effect === undefined) throw new PolicyError(`Missing required field Effect. (${where})`);
  throw new PolicyError(`Invalid effect: ${String(effect)}. (${where}.Effect must be "Allow" or "Deny")`);
}

function readActions(statement: Record<string, unknown>, { kind, where }: StatementOptions): (action: string) => boolean {
  const element = oneOf(statement, 'Action', 'NotAction', where);
  if (element === undefined)
    throw new PolicyError(
      kind === 'identity' ? `Policy statement must contain actions. (${where})` : `Missing required field Action. (${where})`,
    );
  const matches = compileActions(stringList(statement[element], `${where}.${element}`), `${where}.${element}`, kind);
  return element === 'Action' ? matches : (action) => !matches(action);
}

function readResources(statement: Record<string, unknown>, { kind, where, variables }: StatementOptions): (subject: Subject) => boolean {
  const element = oneOf(statement, 'Resource', 'NotResource', where);
  if (kind === 'trust' || kind === 'repository') {
    const what = kind === 'trust' ? 'a trust policy is about the role' : 'the policy of a repository is about the repository';
    if (element !== undefined) throw new PolicyError(`Has prohibited field ${element}. (${where}: ${what} that it belongs to)`);
    return () => true;
  }
  if (element === undefined) throw new PolicyError(`Policy statement must contain resources. (${where})`);
  const place = `${where}.${element}`;
  return compileResources(stringList(statement[element], place), { where: place, negated: element === 'NotResource', variables });
}

function readPrincipals(
  statement: Record<string, unknown>,
  effect: 'Allow' | 'Deny',
  { kind, where }: StatementOptions,
): (principal: Principal) => PrincipalMatch {
  const element = oneOf(statement, 'Principal', 'NotPrincipal', where);
  if (kind === 'identity') {
    if (element !== undefined) throw new PolicyError(`Policy document should not specify a principal. (${where}.${element})`);
    return () => 'exact';
  }
  if (element === undefined) throw new PolicyError(`Missing required field Principal. (${where})`);
  const place = `${where}.${element}`;
  if (element === 'Principal') return compilePrincipals(statement[element], place);
  if (kind === 'trust') throw new PolicyError(`Has prohibited field NotPrincipal. (${where})`);
  if (effect === 'Allow') throw new PolicyError(`Allow with NotPrincipal is not allowed. (${where}: name who may in Principal)`);
  return compileNotPrincipals(statement[element], place);
}

function oneOf<Name extends string, NotName extends string>(
  statement: Record<string, unknown>,
  name: Name,
  notName: NotName,
  where: string,
): Name | NotName | undefined {
  if (statement[name] !== undefined && statement[notName] !== undefined) throw syntaxError(where, `has both ${name} and ${notName}`);
  return statement[name] !== undefined ? name : statement[notName] !== undefined ? notName : undefined;
}
