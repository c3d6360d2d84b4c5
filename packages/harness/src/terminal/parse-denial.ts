/** A denial of AWS, taken apart. */
export interface Denial {
  /** What was attempted, as our packages report it: the operation and its credential provider. */
  context: string;
  principal: string;
  action: string;
  resource?: string;
  /** Which kind of policy does not allow it, or denies it. */
  reason?: string;
  fix?: string;
  requestId?: string;
  /** Whatever else the message says. */
  rest: string;
}

/**
 * Takes an access-denied message apart, of AWS (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html) or of our packages,
 * which add what was attempted, a fix and the request ID. Any other text is `undefined`.
 */
export function parseDenial(text: string): Denial | undefined {
  const match = /(?<context>^|^[^]*?[:.] )User: (?<principal>\S+) is not authorized to perform: (?<action>[\w-]+:[\w*]+)/.exec(text);
  if (match?.groups === undefined) return undefined;
  const { context = '', principal = '', action = '' } = match.groups;
  let rest = text.slice(match[0].length);
  const take = (pattern: RegExp, from = 0): string | undefined => {
    if (from === -1) return undefined;
    const found = pattern.exec(rest.slice(from));
    if (found !== null) rest = `${rest.slice(0, from + found.index)} ${rest.slice(from + found.index + found[0].length)}`;
    return found?.[1];
  };
  const requestId = take(/\(AWS request id: ([\w-]+)\)/);
  const resource = take(/^ on resource: (\S+?)[.,]?(?=\s|$)/);
  const fix = take(/^To fix it, ([^]*?\S)\.(?=\s|$)/, rest.indexOf('To fix it, '));
  const reason = take(/^\s*(?:because|with) ([^]*?)(?:\.(?=\s|$)|$)/);
  return {
    context: context.trim().replace(/:$/, ''),
    principal,
    action,
    ...(resource !== undefined && { resource }),
    ...(reason !== undefined && { reason }),
    ...(fix !== undefined && { fix }),
    ...(requestId !== undefined && { requestId }),
    rest: rest
      .replaceAll(/\s+/g, ' ')
      .trim()
      .replace(/^[.,]\s*/, ''),
  };
}
