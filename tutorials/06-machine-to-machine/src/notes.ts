import { requiresAccessToken } from '@agentcore-tutorials/identity';
import { tool } from '@strands-agents/sdk';
import { z } from 'zod';

const api = `${process.env['NOTES_API_URL']}/notes`;
const providerName = process.env['NOTES_PROVIDER'] ?? 'notes';

// Each tool says what it needs, and gets a token for that and no more. The model never sees one.
// The vault keeps tokens: asking for one at every call costs a call to AgentCore, and the vendor is asked when the last one has ended.
export const listNotes = tool({
  name: 'list_notes',
  description: 'Lists all notes.',
  inputSchema: z.object({}),
  callback: requiresAccessToken(
    { providerName, authFlow: 'M2M', scopes: ['notes:read'] },
    async ({ accessToken }: { accessToken: string }) => {
      const { notes } = (await request(accessToken)) as { notes: string[] };
      return notes.join(', ') || 'there are none';
    },
  ),
});

export const addNote = tool({
  name: 'add_note',
  description: 'Adds a note.',
  inputSchema: z.object({ text: z.string() }),
  callback: requiresAccessToken(
    { providerName, authFlow: 'M2M', scopes: ['notes:write'] },
    async ({ accessToken, text }: { accessToken: string; text: string }) => {
      await request(accessToken, { method: 'POST', body: JSON.stringify({ text }) });
      return `"${text}" is noted.`;
    },
  ),
});

async function request(accessToken: string, init: RequestInit = {}): Promise<unknown> {
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };
  const response = await fetch(api, { ...init, headers });
  if (!response.ok) throw new Error(`The API answered ${response.status}: ${response.headers.get('www-authenticate')}`);
  return response.json();
}
