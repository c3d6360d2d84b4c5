/** A browser without a screen: it keeps cookies, follows redirects within the machine, and posts forms. */
export interface TestBrowser {
  open(url: string): Promise<Visited>;
  /** As if a page of `origin` had posted the form; default: the page itself. */
  submit(page: Visited, fields: Record<string, string>, origin?: string): Promise<Visited>;
}

export interface Visited {
  url: string;
  status: number;
  text: string;
}

/** Redirects are followed until one leads to a URL that starts with `stopAt`: the application, which need not be there. */
export function createTestBrowser({ stopAt, language = 'en' }: { stopAt: string; language?: string }): TestBrowser {
  const asks = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'accept-language': language };
  const jar = new Map<string, { value: string; path: string }>();

  async function go(url: string, init: RequestInit = {}): Promise<Visited> {
    for (let hops = 0; hops < 20; hops++) {
      if (url.startsWith(stopAt)) return { url, status: 0, text: '' };
      const { pathname } = new URL(url);
      const cookie = [...jar]
        .filter(([, { path }]) => pathname.startsWith(path))
        .map(([name, { value }]) => `${name}=${value}`)
        .join('; ');
      const response = await fetch(url, {
        ...init,
        redirect: 'manual',
        headers: { ...asks, ...init.headers, ...(cookie ? { cookie } : {}) },
      });
      for (const line of response.headers.getSetCookie()) keep(line);
      const location = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || location === null)
        return { url, status: response.status, text: await response.text() };
      await response.body?.cancel();
      url = new URL(location, url).href;
      init = {};
    }
    throw new Error(`too many redirects, the last to ${url}`);
  }

  function keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    const path = /path=([^;]+)/i.exec(line)?.[1] ?? '/';
    const expires = /expires=([^;]+)/i.exec(line)?.[1];
    if (expires !== undefined && Date.parse(expires) <= Date.now()) jar.delete(name);
    else jar.set(name, { value, path });
  }

  return {
    open: (url) => go(url),
    submit: (page, fields, origin = new URL(page.url).origin) =>
      go(page.url, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', origin },
        body: new URLSearchParams(fields).toString(),
      }),
  };
}

/** Signs in and answers the vendor's question, as far as either is asked. Returns where the browser ended up. */
export async function consent(browser: TestBrowser, url: string, username: string, answer: 'allow' | 'deny' = 'allow'): Promise<Visited> {
  let page = await browser.open(url);
  if (page.text.includes('<h1>Sign in</h1>')) page = await browser.submit(page, { action: 'login', username, password: username });
  if (page.text.includes('<h1>Allow access?</h1>')) page = await browser.submit(page, { action: answer });
  return page;
}
