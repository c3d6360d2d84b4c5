import type { GetRandomPasswordCommandInput, GetRandomPasswordCommandOutput } from '@aws-sdk/client-secrets-manager';
import { randomInt } from 'node:crypto';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation } from '../../gateway/operation.ts';

const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const NUMBERS = '0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

export const getRandomPassword = defineOperation<GetRandomPasswordCommandInput, GetRandomPasswordCommandOutput>({
  handle(input) {
    const { PasswordLength: length = 32, ExcludeCharacters: excluded = '', RequireEachIncludedType: each = true } = input;
    const types = [
      input.ExcludeLowercase ? '' : LOWERCASE,
      input.ExcludeUppercase ? '' : LOWERCASE.toUpperCase(),
      input.ExcludeNumbers ? '' : NUMBERS,
      input.ExcludePunctuation ? '' : PUNCTUATION,
      input.IncludeSpace ? ' ' : '',
    ]
      .map((type) => [...type].filter((character) => !excluded.includes(character)).join(''))
      .filter((type) => type !== '');
    if (types.length === 0)
      throw new AwsError('InvalidRequestException', 400, 'The excluded characters leave none that the password could have.');
    if (each && length < types.length) {
      throw new AwsError(
        'InvalidParameterException',
        400,
        `PasswordLength must be at least ${types.length}, as the password must have each of ${types.length} types of characters.`,
      );
    }
    const all = types.join('');
    const characters = Array.from({ length }, (_, index) => pick((each ? types[index] : undefined) ?? all));
    return { RandomPassword: shuffle(characters).join('') };
  },
});

function pick(characters: string): string {
  return characters[randomInt(characters.length)]!;
}

/** So that the first characters are not always of the same types. */
function shuffle(list: string[]): string[] {
  for (let last = list.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [list[last], list[other]] = [list[other]!, list[last]!];
  }
  return list;
}
