import { DeployError } from '../errors.ts';

/**
 * Header values are ASCII (RFC 9110, 5.5): Node refuses other characters in words that do not say which option it was, and blanks at the ends are lost.
 * @throws {DeployError} `INVALID_CONFIG`, without the value: it may be a token.
 */
export function assertHeaderValue(name: string, value: string | undefined, advice: string): void {
  if (value === undefined) return;
  if (typeof value !== 'string') throw new DeployError('INVALID_CONFIG', `${name} is a ${typeof value}, expected a string.`);
  if (/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value)) return;
  const wrong =
    value === '' ? 'is empty' : /[^\x20-\x7e]/.test(value) ? 'has characters that are not printable ASCII' : 'begins or ends with a blank';
  throw new DeployError('INVALID_CONFIG', `${name} ${wrong}; it is sent as a header. ${advice}`);
}

/** @throws {DeployError} `INVALID_CONFIG` for what the service takes for no session. */
export function assertSessionId(sessionId: string | undefined): void {
  assertHeaderValue('sessionId', sessionId, 'Pass a UUID, or the one of a reply.');
  if (sessionId !== undefined && (sessionId.length < 33 || sessionId.length > 256))
    throw new DeployError('INVALID_CONFIG', `sessionId has ${sessionId.length} characters; the service takes 33 to 256. A UUID has 36.`);
}
