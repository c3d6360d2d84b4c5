import { createTokenPoller, IdentityClient, requiresAccessToken, type GetTokenInput } from '@agentcore-tutorials/identity';
import { tool } from '@strands-agents/sdk';
import { z } from 'zod';

const identity = new IdentityClient();
const providerName = process.env['NOTES_PROVIDER'] ?? 'notes';
const tokenPoller = createTokenPoller({ intervalMs: 500, timeoutMs: 600_000 });

/** How one user is asked, in one request: everything else about the token is the tool's own business. */
type Consent = Pick<GetTokenInput, 'onAuthUrl' | 'callbackUrl' | 'customState' | 'forceAuthentication'>;

export const createListNotes = (consent: Consent) =>
  tool({
    name: 'list_notes',
    description: "Lists the user's notes.",
    inputSchema: z.object({}),
    callback: requiresAccessToken(
      { identity, providerName, authFlow: 'USER_FEDERATION', scopes: ['notes:read'], tokenPoller, ...consent },
      async ({ accessToken }: { accessToken: string }) => {
        const response = await fetch(`${process.env['NOTES_API_URL']}/notes`, { headers: { authorization: `Bearer ${accessToken}` } });
        if (!response.ok) throw new Error(`The API answered ${response.status}: ${response.headers.get('www-authenticate')}`);
        const { notes } = (await response.json()) as { notes: string[] };
        return notes.join(', ') || 'there are none';
      },
    ),
  });
