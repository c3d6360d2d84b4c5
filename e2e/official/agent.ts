import { withAccessToken, withApiKey } from 'bedrock-agentcore/identity';
import { BedrockAgentCoreApp } from 'bedrock-agentcore/runtime';

// An agent that knows nothing of this repository: only what AWS publishes for TypeScript.
const measureKey = withApiKey({ providerName: 'model' })(async (key: string) => key.length);
const listNotes = withAccessToken({ providerName: 'notes', authFlow: 'M2M', scopes: ['notes:read'] })(async (token: string) => {
  const response = await fetch(`${process.env['NOTES_API_URL']}/notes`, { headers: { authorization: `Bearer ${token}` } });
  return response.status;
});

const app = new BedrockAgentCoreApp({
  invocationHandler: { process: async () => ({ keyLength: await measureKey(), notesStatus: await listNotes() }) },
});

app.run();
