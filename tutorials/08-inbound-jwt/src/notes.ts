import { requiresAccessToken } from '@agentcore-tutorials/identity';
import { tool } from '@strands-agents/sdk';
import { z } from 'zod';

const providerName = process.env['NOTES_PROVIDER'] ?? 'notes';

// The caller's token is good for this agent and for nothing else. AgentCore exchanges it at the vendor for one that is good for the notes API,
// in the name of the same user. The agent sees only the second one, the model neither.
export const listNotes = tool({
  name: 'list_notes',
  description: "Lists the user's notes.",
  inputSchema: z.object({}),
  callback: requiresAccessToken(
    { providerName, authFlow: 'ON_BEHALF_OF_TOKEN_EXCHANGE', scopes: ['notes:read'] },
    async ({ accessToken }: { accessToken: string }) => {
      const response = await fetch(`${process.env['NOTES_API_URL']}/notes`, { headers: { authorization: `Bearer ${accessToken}` } });
      if (!response.ok) throw new Error(`The API answered ${response.status}: ${response.headers.get('www-authenticate')}`);
      const { notes } = (await response.json()) as { notes: string[] };
      return notes.join(', ') || 'there are none';
    },
  ),
});
