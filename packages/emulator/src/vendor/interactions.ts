import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Interaction, Provider } from 'oidc-provider';
import { readBody } from '../gateway/read-body.ts';
import { sendPage } from '../html/page.ts';
import { clientNameOf } from './client-name.ts';
import { sendProblem } from './send-problem.ts';
import type { VendorInfo } from './vendor-info.ts';
import { createVendorPages } from './vendor-pages.ts';
import { checkPassword } from './vendor-users.ts';

/** The pages of the vendor where a user signs in and consents. */
export function createInteractions(
  provider: Provider,
  info: VendorInfo,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    let interaction: Interaction;
    try {
      interaction = await provider.interactionDetails(request, response);
    } catch {
      return sendProblem(request, response, 'noSignIn');
    }
    if (request.method !== 'POST') return show(interaction, request, response);
    // The other ports of this machine are the same site to a browser, which sends its cookies along, but another origin. A browser names it always.
    const { origin, host } = request.headers;
    if (origin !== undefined && origin !== `http://${host}`) return sendProblem(request, response, 'foreignForm');
    const form = new URLSearchParams((await readBody(request, 10_000)).toString('utf8'));
    const action = form.get('action');
    if (action === 'deny')
      return provider.interactionFinished(
        request,
        response,
        { error: 'access_denied', error_description: 'The user said no.' },
        { mergeWithLastSubmission: false },
      );
    const pages = createVendorPages(request.headers);
    if (action === 'switch') return sendPage(response, 200, pages.signIn());
    if (action === 'login') {
      const username = form.get('username') ?? '';
      if (!checkPassword(username, form.get('password') ?? '')) return sendPage(response, 401, pages.signIn({ failedUser: username }));
      return provider.interactionFinished(request, response, { login: { accountId: username } }, { mergeWithLastSubmission: false });
    }
    if (action === 'allow' && interaction.prompt.name === 'consent')
      return provider.interactionFinished(request, response, { consent: { grantId: await grant(interaction) } });
    return show(interaction, request, response);
  };

  async function show(interaction: Interaction, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pages = createVendorPages(request.headers);
    if (interaction.prompt.name === 'login') return sendPage(response, 200, pages.signIn());
    const { openid, apis } = wanted(interaction);
    const client = await clientNameOf(provider, info, String(interaction.params['client_id']), pages.texts);
    const scopes = [...new Set([...openid, ...Object.values(apis).flat()])];
    sendPage(response, 200, pages.consent({ ...client, user: interaction.session?.accountId ?? '', scopes }));
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
