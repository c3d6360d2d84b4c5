import type { IncomingHttpHeaders } from 'node:http';
import { html, languageOf, type Html, type Page } from '../html/page.ts';
import { USERS } from './vendor-users.ts';
import { VENDOR_TEXTS } from './vendor-texts.ts';

export interface GrantEntry {
  id: string;
  /** Absent for the client that is registered from the start. */
  clientName?: string;
  scopes: readonly string[];
  since: string;
}

/** The vendor's pages in the language of the reader. Plain HTML: no script is needed. */
export function createVendorPages(headers: IncomingHttpHeaders) {
  const language = languageOf(headers);
  const texts = VENDOR_TEXTS[language];
  const page = (title: string, content: Html, outcome?: Page['outcome']): Page => ({
    language,
    site: texts.site,
    title,
    content,
    ...(outcome === undefined ? {} : { outcome }),
  });
  const describe = (scope: string): Html => {
    const text = Object.hasOwn(texts.scopes, scope) ? texts.scopes[scope]! : undefined;
    return text === undefined ? html`<code>${scope}</code>` : html`${text} <code>${scope}</code>`;
  };

  return {
    texts,
    signIn: ({ failedUser }: { failedUser?: string } = {}): Page =>
      page(
        texts.signIn,
        html`<p>${texts.exampleUsers(Object.keys(USERS))}</p>
          ${failedUser === undefined ? '' : html`<p class="error" role="alert">${texts.wrongPassword}</p>`}
          <form method="post">
            <label
              >${texts.userName}<input
                name="username"
                autocomplete="username"
                autocapitalize="none"
                required
                autofocus
                value="${failedUser ?? ''}"
            /></label>
            <label>${texts.password}<input name="password" type="password" autocomplete="current-password" required /></label>
            <p class="actions">
              <button class="primary" name="action" value="login">${texts.signIn}</button>
              <button name="action" value="deny" formnovalidate>${texts.cancel}</button>
            </p>
          </form>`,
      ),
    consent: ({ clientName, user, scopes }: { clientName?: string; user: string; scopes: readonly string[] }): Page =>
      page(
        texts.allowAccess,
        html`<p>${texts.wantsToAct(clientName ?? texts.ownClient)}</p>
          <p>${texts.signedInAs(user)}</p>
          ${
            scopes.length === 0
              ? html`<p>${texts.asksNothing}</p>`
              : html`<p>${texts.asksTo}</p>
                  <ul>
                    ${scopes.map((scope) => html`<li>${describe(scope)}</li>`)}
                  </ul>`
          }
          <form method="post" class="actions">
            <button class="primary" name="action" value="allow">${texts.allow}</button>
            <button name="action" value="deny">${texts.deny}</button>
            <button class="wide" name="action" value="switch">${texts.useAnotherAccount}</button>
          </form>`,
      ),
    account: ({ user, grants }: { user: string; grants: readonly GrantEntry[] }): Page =>
      page(
        texts.account,
        html`<p>${texts.signedInAs(user)}</p>
          ${
            grants.length === 0
              ? html`<p>${texts.noPermissions}</p>`
              : html`<p>${texts.permissions}</p>
                  <ul>
                    ${grants.map(({ id, clientName, scopes, since }) => {
                      const may = scopes.map((scope, index) => html`${index === 0 ? '' : ', '}${describe(scope)}`);
                      return html`<li>
                        <form method="post">
                          <p>${clientName ?? texts.ownClient}: ${may}, ${texts.since(since)}</p>
                          <input type="hidden" name="grant" value="${id}" />
                          <p class="actions"><button name="action" value="revoke">${texts.revoke}</button></p>
                        </form>
                      </li>`;
                    })}
                  </ul>`
          }
          <form method="post" class="actions"><button name="action" value="sign-out">${texts.signOut}</button></form>`,
      ),
    notSignedIn: (): Page => page(texts.account, html`<p>${texts.notSignedIn}</p>`, 'neutral'),
    signedOut: (): Page => page(texts.account, html`<p>${texts.signedOut}</p>`, 'success'),
    /** `form` is the markup of the authorization server, with the id `op.logoutForm`. */
    signOut: (form: string): Page =>
      page(
        texts.signOut,
        html`${{ markup: form }}
          <p class="actions">
            <button class="primary" form="op.logoutForm" name="logout" value="yes">${texts.signOut}</button>
            <button form="op.logoutForm">${texts.cancel}</button>
          </p>`,
      ),
    failed: (reason: string, code?: string): Page => {
      const detail = code === undefined ? '' : html`<p><code>${code}</code></p>`;
      return page(
        texts.failed,
        html`<p>${reason} ${texts.startAgain}</p>
          ${detail}`,
        'failure',
      );
    },
  };
}
