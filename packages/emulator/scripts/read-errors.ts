import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

type ErrorSchema = [
  -3,
  namespace: string,
  name: string,
  traits: { error?: 'client' | 'server'; httpError?: number; awsQueryError?: [string, number] },
];

/**
 * The errors of an operation, by the code and the status that the wire carries. Which errors an operation has is only in the SDK's declarations
 * (`@throws`); what an error looks like on the wire is in its schema.
 */
export async function readErrors(client: Record<string, unknown>, sdk: string, operation: string): Promise<Record<string, number>> {
  const schemas = new Map(
    Object.values(client)
      .filter(isErrorSchema)
      .map((schema) => [schema[2], schema[3]]),
  );
  const declarations = new URL(`../dist-types/commands/${operation}Command.d.ts`, import.meta.resolve(sdk));
  const text = await readFile(fileURLToPath(declarations), 'utf8');
  // Every command lists the SDK's base class of errors: without it, the declarations are written in another way than the one understood here.
  if (!/@throws \{@link \w+ServiceException\}/.test(text)) throw new Error(`${operation}: no errors found in ${declarations.href}`);
  const errors: Record<string, number> = {};
  for (const [, name = ''] of text.matchAll(/@throws \{@link (\w+)\} \((?:client|server) fault\)/g)) {
    const traits = schemas.get(name);
    if (!traits) throw new Error(`${operation}: the SDK has no schema of ${name}`);
    const [code, status = traits.error === 'server' ? 500 : 400] = traits.awsQueryError ?? [name, traits.httpError];
    errors[code] = status;
  }
  return Object.fromEntries(Object.entries(errors).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function isErrorSchema(value: unknown): value is ErrorSchema {
  return Array.isArray(value) && value[0] === -3;
}
