import { compileStatement } from './compile-statement.ts';
import { parseJson } from './parse-json.ts';
import { PolicyError } from './policy-error.ts';
import { isObject, syntaxError } from './string-list.ts';
import type { CompiledPolicy, CompiledStatement, DocumentKind } from './types.ts';

const ELEMENTS = new Set(['Version', 'Id', 'Statement']);

/**
 * Checks a policy document and makes it ready to be asked many times.
 *
 * @param text The document as JSON.
 * @param kind What the policy hangs on: each has elements of its own that it needs, or must not have.
 * @throws PolicyError `MalformedPolicyDocument`, in IAM's words with the place added, if IAM would refuse the document.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function compilePolicy(text: string, kind: DocumentKind): CompiledPolicy {
  const document = parseJson(text);
  if (!isObject(document)) throw syntaxError('the document', 'must be an object', document);
  for (const name of Object.keys(document)) if (!ELEMENTS.has(name)) throw syntaxError('the document', `has an unknown element "${name}"`);
  const version = readVersion(document['Version']);
  if (document['Id'] !== undefined && typeof document['Id'] !== 'string') throw syntaxError('Id', 'must be a string', document['Id']);
  const statements = readStatements(document['Statement']).map(({ statement, where }, index) =>
    compileStatement(statement, { kind, index, where, variables: version === '2012-10-17' }),
  );
  checkSids(statements);
  return {
    version,
    allows: statements.filter(({ effect }) => effect === 'Allow'),
    denies: statements.filter(({ effect }) => effect === 'Deny'),
  };
}

function readVersion(version: unknown): CompiledPolicy['version'] {
  if (version === undefined) return '2008-10-17';
  if (version === '2008-10-17' || version === '2012-10-17') return version;
  throw new PolicyError(`The policy must contain a valid version string. (Version must be "2012-10-17" or "2008-10-17")`);
}

function readStatements(element: unknown): { statement: unknown; where: string }[] {
  if (element === undefined) throw syntaxError('the document', 'has no Statement');
  if (!Array.isArray(element)) return [{ statement: element, where: 'Statement' }];
  return (element as unknown[]).map((statement, index) => ({ statement, where: `Statement[${index}]` }));
}

function checkSids(statements: readonly CompiledStatement[]): void {
  const seen = new Set<string>();
  for (const { sid } of statements) {
    if (sid === undefined) continue;
    if (seen.has(sid)) throw new PolicyError(`Statement IDs (SID) in a single policy must be unique. ("${sid}")`);
    seen.add(sid);
  }
}
