const LOOPBACK_HOST = /^(?:localhost|(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/** Whether a URL may be fetched for somebody: https anywhere, http on this machine only. */
export function isTrustedUrl(text: string): boolean {
  const url = URL.parse(text);
  if (!url || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK_HOST.test(url.hostname));
}

export function isLoopbackUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && LOOPBACK_HOST.test(url.hostname);
}
