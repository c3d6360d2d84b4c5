export { createSessionHost } from './session-host.ts';
export { SessionError } from './session-error.ts';
export type { SessionErrorCode } from './session-error.ts';
export type {
  AgentImage,
  AgentImageLayer,
  OciImageConfig,
  OutputLine,
  SessionEndReason,
  SessionEvent,
  SessionHost,
  SessionHostOptions,
  SessionInfo,
  SessionKey,
  SessionProtocol,
  SessionRequest,
  SessionResponse,
  SessionSpec,
  SessionState,
  SessionUpgrade,
} from './types.ts';
