interface Statement {
  Effect?: string;
  Principal?: '*' | Record<string, string | string[]>;
  NotPrincipal?: unknown;
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** Keys that say which accounts or resources of AWS a request comes from; with a value and no wildcard they make a policy not public. */
const NARROWING = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalorgid',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceorgid',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
]);

/** Whether a policy that compiles lets in anybody at all. */
export function isPublicPolicy(text: string): boolean {
  const { Statement: given } = JSON.parse(text) as { Statement: Statement | Statement[] };
  return [given]
    .flat()
    .some(
      (statement) =>
        statement.Effect === 'Allow' &&
        (statement.NotPrincipal !== undefined || isAnybody(statement.Principal)) &&
        !isNarrowed(statement.Condition ?? {}),
    );
}

function isAnybody(principal: Statement['Principal']): boolean {
  return principal === '*' || Object.values(principal ?? {}).some((value) => [value].flat().includes('*'));
}

function isNarrowed(condition: NonNullable<Statement['Condition']>): boolean {
  return Object.entries(condition).some(
    ([operator, keys]) =>
      /^(?:ForAnyValue:)?(?:String|Arn)(?:Equals|Like|EqualsIgnoreCase)$/i.test(operator) &&
      Object.entries(keys).some(
        ([key, values]) => NARROWING.has(key.toLowerCase()) && [values].flat().every((value) => !/[*?]/.test(String(value))),
      ),
  );
}
