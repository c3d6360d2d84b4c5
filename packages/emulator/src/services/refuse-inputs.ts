import { AwsError } from '../gateway/aws-error.ts';

/**
 * Refuses input members that would have no effect here. Taken in silence, they would promise what only AWS does.
 *
 * @param reasons Why each member is refused, by its name.
 * @throws AwsError NotImplemented (501) naming the first one that the input has.
 */
export function refuseInputs<Input extends object>(input: Input, reasons: { readonly [Name in keyof Input]?: string }): void {
  for (const [name, reason] of Object.entries<string | undefined>(reasons)) {
    const value: unknown = input[name as keyof Input];
    if (reason === undefined || value === undefined || value === false) continue;
    throw new AwsError('NotImplemented', 501, `${name} is not implemented by this emulator: ${reason} Leave it out.`);
  }
}
