import { AwsError } from '../../gateway/aws-error.ts';
import { invalidParameter } from './log-items.ts';

interface Term {
  sign: string;
  text: string;
}

/** A sign, and then a quoted term, or one of letters, digits and underscores; or whatever else stands there. */
const TERM = /\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"(?=\s|$)|(\S+))/gsuy;

/**
 * Filter patterns for text: terms that must all be there, `"two words"` as one, `-term` that must not be, and `?term ?term` of which one must.
 * Case matters. Patterns for JSON (`{ ... }`), columns (`[ ... ]`) and regular expressions (`%...%`) are not implemented, and say so.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function compileFilterPattern(pattern: string): (message: string) => boolean {
  const terms = [...pattern.trim().matchAll(TERM)].map(([, sign = '', quoted, bare]): Term => {
    if (quoted !== undefined) return { sign, text: quoted.replaceAll(/\\(.)/gs, '$1') };
    if (/^[{[%]/.test(bare!))
      throw new AwsError(
        'NotImplemented',
        501,
        'This emulator has filter patterns for terms only, not for JSON, columns or regular expressions.',
      );
    if (!/^[\p{L}\p{N}_]+$/u.test(bare!))
      throw invalidParameter(
        `Invalid filter pattern: invalid character(s) in term '${bare}'. Terms with others than letters, digits and _ need quotes.`,
      );
    return { sign, text: bare! };
  });
  const all = terms.filter(({ sign }) => sign === '');
  const none = terms.filter(({ sign }) => sign === '-');
  const any = terms.filter(({ sign }) => sign === '?');
  return (message) => {
    const has = ({ text }: Term) => message.includes(text);
    if (none.some(has) || !all.every(has)) return false;
    // Beside terms that must be there, optional ones change nothing.
    return any.length === 0 || all.length > 0 || any.some(has);
  };
}
