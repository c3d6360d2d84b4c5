import type { SessionProtocol } from './types.ts';

/** Where a container listens, by protocol (AgentCore Runtime service contract). */
export const CONTRACT_PORT: Record<SessionProtocol, number> = { HTTP: 8080, MCP: 8000, A2A: 9000 };
