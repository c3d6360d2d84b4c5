import { EmulatorError } from './emulator-error.ts';
import { isTrustedUrl } from './loopback-url.ts';
import { isRegion } from './partition.ts';

/** Throws INVALID_OPTION, naming what was expected, rather than start in a state that nobody asked for. */
export function checkOptions({
  port,
  accountId,
  region,
  dataDirectory,
  iam,
  isolation,
  containerEngine,
  maxSessions,
  sessionTimeScale,
  stateDelayMs,
  vendors,
}: {
  port: number;
  accountId: string;
  region: string;
  dataDirectory: string | undefined;
  iam: string;
  isolation: string;
  containerEngine: string | undefined;
  maxSessions: number;
  sessionTimeScale: number;
  stateDelayMs: number;
  vendors: Readonly<Record<string, string>>;
}): void {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw invalid('port', port, 'a number from 0 (any free one) to 65535');
  if (!/^\d{12}$/.test(accountId)) throw invalid('account', accountId, '12 digits');
  if (!isRegion(region)) throw invalid('region', region, 'a region such as us-west-2');
  if (dataDirectory === '') throw invalid('data', dataDirectory, 'the name of a directory');
  if (iam !== 'enforce' && iam !== 'off') throw invalid('iam', iam, "'enforce' or 'off'");
  if (!['auto', 'none', 'bubblewrap', 'container'].includes(isolation))
    throw invalid('isolation', isolation, "'auto', 'none', 'bubblewrap' or 'container'");
  if (containerEngine !== undefined && (containerEngine === '' || isolation !== 'container'))
    throw invalid('container-engine', containerEngine, "podman or its path, beside the isolation 'container'");
  if (!Number.isInteger(maxSessions) || maxSessions < 1) throw invalid('maxSessions', maxSessions, 'a number, 1 or more');
  if (!Number.isFinite(sessionTimeScale) || sessionTimeScale <= 0) throw invalid('sessionTimeScale', sessionTimeScale, 'a number above 0');
  if (!Number.isFinite(stateDelayMs) || stateDelayMs < 0) throw invalid('state-delay', stateDelayMs, 'milliseconds, 0 or more');
  for (const [vendor, url] of Object.entries(vendors)) {
    if (!/^(?!Custom)[A-Za-z0-9]+Oauth2$/.test(vendor))
      throw invalid('vendors', vendor, 'the name of a built-in vendor such as GithubOauth2');
    if (!isTrustedUrl(url)) throw invalid(`vendors.${vendor}`, url, 'a discovery URL: https, or http on this machine');
  }
}

function invalid(option: string, value: unknown, expected: string): EmulatorError {
  return new EmulatorError('INVALID_OPTION', `${option}: '${String(value)}' is not valid. Expected ${expected}.`);
}
