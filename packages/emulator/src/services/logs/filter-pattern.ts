import { AwsError } from '../../gateway/aws-error.ts';
import { invalidParameter } from './log-items.ts';

/**
 * Filter patterns for text: terms that must all be there, `"two words"` as one, `-term` that must not be, and `?term ?term` of which one must.
 * Case matters. Patterns for JSON (`{ ... }`), columns (`[ ... ]`) and regular expressions (`%...%`) are not implemented, and say so.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function compileFilterPattern(pattern: string): (message: string) => boolean {
  const trimmed = pattern.trim();
  if (/^[{[%]/.test(trimmed))
    throw new AwsError(
      'NotImplemented',
      501,
      'This emulator has filter patterns for terms only, not for JSON, columns or regular expressions.',
    );
  const terms = [...trimmed.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(([, sign = '', quoted, bare]) => ({
    sign,
    text: quoted?.replaceAll(/\\(.)/g, '$1') ?? bare ?? '',
  }));
  if (terms.some(({ text }) => text.includes('"') && !trimmed.includes('\\"'))) throw invalidParameter('Invalid filter pattern');
  const all = terms.filter(({ sign }) => sign === '');
  const none = terms.filter(({ sign }) => sign === '-');
  const any = terms.filter(({ sign }) => sign === '?');
  return (message) => {
    const has = ({ text }: { text: string }) => message.includes(text);
    if (none.some(has) || !all.every(has)) return false;
    // Beside terms that must be there, optional ones change nothing.
    return any.length === 0 || all.length > 0 || any.some(has);
  };
}
