/**
 * A user at a browser, without either: follows the link, signs in, answers the question, and returns the title of the last page.
 *
 * This is for machines where nobody can click, and only for the example vendor on this machine: a program that has a user's password and
 * answers for the user is what OAuth2 was made to avoid. It refuses to leave loopback.
 */
export async function consentWithoutBrowser(
  link: string,
  { user, answer }: { user: string; answer: 'allow' | 'deny' },
): Promise<string | undefined> {
  const cookies = new Map<string, string>();

  /** Goes where it is sent to, with its cookies. */
  const visit = async (url: string, form?: Record<string, string>): Promise<{ url: string; html: string }> => {
    const { hostname, origin } = new URL(url);
    if (!['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
      throw new Error(`Consent for ${origin} is for a person at a browser: run this in a terminal.`);
    const headers = { accept: 'text/html', origin, cookie: [...cookies].map((cookie) => cookie.join('=')).join('; ') };
    const response = await fetch(url, { headers, redirect: 'manual', ...(form && { method: 'POST', body: new URLSearchParams(form) }) });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const html = await response.text();
    const next = response.headers.get('location');
    return next === null ? { url, html } : visit(new URL(next, url).href);
  };

  let page = await visit(link);
  if (page.html.includes('value="login"')) page = await visit(page.url, { action: 'login', username: user, password: user });
  if (page.html.includes('value="allow"')) page = await visit(page.url, { action: answer });
  return /<title>(.*?)<\/title>/.exec(page.html)?.[1];
}
