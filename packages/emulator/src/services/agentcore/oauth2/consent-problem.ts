import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../../../gateway/aws-error.ts';
import { violationsMessage } from '../../../gateway/constraint-message.ts';
import { writeError } from '../../../gateway/write-error.ts';
import { acceptsHtml, html, languageOf, sendPage, type Language } from '../../../html/page.ts';
import { SESSION_MINUTES, type AuthorizationSession } from './session.ts';

/** Why a browser that visits AgentCore Identity gets no further. */
export type ConsentProblem =
  | 'unknown'
  | 'opened'
  | 'given'
  | 'denied'
  | 'vendor'
  | 'otherUser'
  | 'expired'
  | 'unreachable'
  | 'noAnswer'
  | 'foreignAnswer';

const SITE: Record<Language, string> = { en: 'AgentCore Identity (emulator)', ko: 'AgentCore Identity(에뮬레이터)' };

const TEXTS: Record<Language, Record<ConsentProblem, readonly [title: string, text: string]>> = {
  en: {
    unknown: ['This link is not valid', 'It is incomplete or too old. Return to the application and request a new one.'],
    opened: [
      'This link was already opened',
      'It works once. Continue in the window that opened it first, or return to the application and request a new link.',
    ],
    given: ['This link was already used', 'Consent was given. You can close this window and return to the application.'],
    denied: ['Access was denied', 'The link no longer works. If you change your mind, return to the application and request a new one.'],
    vendor: ['The vendor reported an error', 'The link no longer works. Return to the application and request a new one.'],
    otherUser: [
      'This consent belongs to another user',
      'It was completed by a different user of the application than the one who requested it. Nothing was stored. Request a new link.',
    ],
    expired: ['This link has expired', `A link is valid for ${SESSION_MINUTES} minutes. Return to the application and request a new one.`],
    unreachable: ['The vendor cannot be reached', 'The link still works: reload this page to try again.'],
    noAnswer: ['Nothing to see here', 'This address only receives the answer of a vendor.'],
    foreignAnswer: ['This answer was not requested', 'It belongs to no open request. Return to the application and start again.'],
  },
  ko: {
    unknown: ['올바르지 않은 링크입니다', '링크가 불완전하거나 너무 오래되었습니다. 애플리케이션으로 돌아가 새 링크를 요청하세요.'],
    opened: [
      '이미 연 링크입니다',
      '링크는 한 번만 쓸 수 있습니다. 처음 연 창에서 계속하거나, 애플리케이션으로 돌아가 새 링크를 요청하세요.',
    ],
    given: ['이미 사용한 링크입니다', '동의가 완료되었습니다. 이 창을 닫고 애플리케이션으로 돌아가세요.'],
    denied: ['액세스가 거부되었습니다', '이 링크는 더 이상 쓸 수 없습니다. 마음이 바뀌면 애플리케이션으로 돌아가 새 링크를 요청하세요.'],
    vendor: ['벤더에서 오류가 발생했습니다', '이 링크는 더 이상 쓸 수 없습니다. 애플리케이션으로 돌아가 새 링크를 요청하세요.'],
    otherUser: [
      '다른 사용자의 동의입니다',
      '동의를 요청한 사용자와 다른 사용자가 완료했습니다. 아무것도 저장되지 않았습니다. 새 링크를 요청하세요.',
    ],
    expired: ['만료된 링크입니다', `링크는 ${SESSION_MINUTES}분 동안 유효합니다. 애플리케이션으로 돌아가 새 링크를 요청하세요.`],
    unreachable: ['벤더에 연결할 수 없습니다', '링크는 아직 유효합니다. 이 페이지를 새로 고쳐 다시 시도하세요.'],
    noAnswer: ['표시할 내용이 없습니다', '이 주소는 벤더의 답만 받습니다.'],
    foreignAnswer: ['요청한 적이 없는 답입니다', '진행 중인 요청과 관계가 없습니다. 애플리케이션으로 돌아가 다시 시작하세요.'],
  },
};

/** Why a session that is no longer waiting for this visit cannot go on. */
export function problemOfSession(session: AuthorizationSession | undefined): ConsentProblem {
  if (!session) return 'unknown';
  if (session.status === 'FAILED') return session.failure ?? 'expired';
  return session.status === 'CONSENTED' || session.status === 'COMPLETE' ? 'given' : 'opened';
}

/** Answers with a page, or with AWS's error body when the client does not ask for HTML. `detail` names what failed. */
export function sendConsentProblem(
  { headers }: IncomingMessage,
  response: ServerResponse,
  problem: ConsentProblem,
  { detail, missing = [] }: { detail?: string; missing?: readonly string[] } = {},
): void {
  response.setHeader('vary', 'Accept, Accept-Language');
  if (!acceptsHtml(headers)) return writeError(awsError(problem, missing), { protocol: 'rest-json' }, randomUUID(), response);
  const language = languageOf(headers);
  const [title, text] = TEXTS[language][problem];
  const outcome = problem === 'given' ? 'success' : problem === 'denied' || problem === 'noAnswer' ? 'neutral' : 'failure';
  const content =
    detail === undefined
      ? html`<p>${text}</p>`
      : html`<p>${text}</p>
          <p><code>${detail}</code></p>`;
  sendPage(response, 400, { language, site: SITE[language], title, outcome, content });
}

/** The bodies that AWS was seen to answer here; docs/oauth2.md says which are only likely. */
function awsError(problem: ConsentProblem, missing: readonly string[]): AwsError {
  const constraint = 'Member must not be null';
  const message =
    missing.length > 0
      ? violationsMessage(missing.map((path) => ({ path, constraint })))
      : problem === 'foreignAnswer' || problem === 'unreachable'
        ? 'Failed to retrieve token'
        : 'Invalid or expired session';
  return new AwsError('ValidationException', 400, message, { details: { fieldList: null, reason: null } });
}
