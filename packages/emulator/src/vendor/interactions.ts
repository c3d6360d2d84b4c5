import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Interaction, Provider } from 'oidc-provider';
import { readBody } from '../gateway/read-body.ts';
import { escapeHtml, renderPage, sendPage } from '../html/page.ts';
import { describeScope } from './vendor-scopes.ts';
import { checkPassword, USERS } from './vendor-users.ts';

/** The pages of the vendor where a user signs in and consents. Plain HTML: no script is needed. */
export function createInteractions(provider: Provider): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    let interaction: Interaction;
    try {
      interaction = await provider.interactionDetails(request, response);
    } catch {
      return sendPage(
        response,
        400,
        renderPage('This did not work', [{ text: 'There is no sign-in under way in this browser. Start again from your application.' }]),
      );
    }
    if (request.method !== 'POST') return show(interaction, response);
    // The other ports of this machine are the same site to a browser, which sends its cookies along, but another origin. A browser names it always.
    const { origin, host } = request.headers;
    if (origin !== undefined && origin !== `http://${host}`)
      return sendPage(response, 403, renderPage('This did not work', [{ text: 'The form is not one of this page.' }]));
    const form = new URLSearchParams((await readBody(request, 10_000)).toString('utf8'));
    const action = form.get('action');
    if (action === 'deny')
      return provider.interactionFinished(
        request,
        response,
        { error: 'access_denied', error_description: 'The user said no.' },
        { mergeWithLastSubmission: false },
      );
    if (action === 'switch') return loginPage(response);
    if (action === 'login') {
      const username = form.get('username') ?? '';
      if (!checkPassword(username, form.get('password') ?? '')) return loginPage(response, { username });
      return provider.interactionFinished(request, response, { login: { accountId: username } }, { mergeWithLastSubmission: false });
    }
    if (action === 'allow' && interaction.prompt.name === 'consent')
      return provider.interactionFinished(request, response, { consent: { grantId: await grant(interaction) } });
    return show(interaction, response);
  };

  async function show(interaction: Interaction, response: ServerResponse): Promise<void> {
    if (interaction.prompt.name === 'login') return loginPage(response);
    const client = await provider.Client.find(String(interaction.params['client_id']));
    const { openid, apis } = wanted(interaction);
    const scopes = [...new Set([...openid, ...Object.values(apis).flat()])];
    const items = scopes.map((scope) => `<li>${escapeHtml(describeScope(scope))} <code>${escapeHtml(scope)}</code></li>`).join('');
    sendPage(
      response,
      200,
      renderPage('Allow access?', [
        {
          text: `${client?.clientName ?? 'An application'} wants to act in your name. You are signed in as ${interaction.session?.accountId ?? ''}.`,
        },
        { html: items === '' ? '<p>It asks for nothing in particular.</p>' : `<p>It asks to:</p>\n<ul>${items}</ul>` },
        {
          html: `<form method="post">
<button class="primary" name="action" value="allow">Allow</button>
<button name="action" value="deny">Deny</button>
<button name="action" value="switch">Use another account</button>
</form>`,
        },
      ]),
    );
  }

  /** What the user allows: just what was asked, for this client, until it is revoked. */
  async function grant(interaction: Interaction): Promise<string> {
    const given = new provider.Grant({ accountId: interaction.session!.accountId, clientId: String(interaction.params['client_id']) });
    const { openid, apis } = wanted(interaction);
    if (openid.length > 0) given.addOIDCScope(openid.join(' '));
    for (const [resource, scopes] of Object.entries(apis)) given.addResourceScope(resource, scopes.join(' '));
    return given.save();
  }
}

function wanted({ prompt: { details } }: Interaction): { openid: string[]; apis: Record<string, string[]> } {
  return {
    openid: (details['missingOIDCScope'] as string[] | undefined) ?? [],
    apis: (details['missingResourceScopes'] as Record<string, string[]> | undefined) ?? {},
  };
}

function loginPage(response: ServerResponse, failed?: { username: string }): void {
  const problem = failed ? '<p class="error" role="alert">The user name or the password is wrong.</p>\n' : '';
  sendPage(
    response,
    failed ? 401 : 200,
    renderPage('Sign in', [
      { text: `This vendor is an example. Its users are ${Object.keys(USERS).join(' and ')}; the password of each is the user name.` },
      {
        html: `${problem}<form method="post">
<label>User name <input name="username" autocomplete="username" required autofocus value="${escapeHtml(failed?.username ?? '')}"></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button class="primary" name="action" value="login">Sign in</button>
<button name="action" value="deny" formnovalidate>Cancel</button>
</form>`,
      },
    ]),
  );
}
