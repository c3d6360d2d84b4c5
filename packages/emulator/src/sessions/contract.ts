import type { SessionProtocol } from './types.ts';

/** Where a container listens, by protocol (AgentCore Runtime service contract). */
export const CONTRACT_PORT: Record<SessionProtocol, number> = { HTTP: 8080, MCP: 8000, A2A: 9000 };

/** What an agent is called as. Its preload lets nobody in who calls it anything else. */
export function contractHost(protocol: SessionProtocol = 'HTTP'): string {
  return `localhost:${CONTRACT_PORT[protocol]}`;
}
