import type { IncomingMessage, ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import { acceptsHtml, html, languageOf, sendPage, type Language } from './page.ts';

/** How a visit of an application's callback ended. */
export type CallbackResult =
  | 'done'
  | 'signedIn'
  | 'denied'
  | 'otherUser'
  | 'expired'
  | 'notAccepted'
  | 'vendorFailed'
  | 'failed'
  | 'forged'
  | 'unknown';

const STATUS: Record<CallbackResult, number> = {
  done: 200,
  signedIn: 200,
  // The callback did its work: the user had a choice and answered.
  denied: 200,
  otherUser: 403,
  expired: 410,
  notAccepted: 410,
  vendorFailed: 502,
  failed: 502,
  forged: 403,
  unknown: 404,
};

const SITE: Record<Language, string> = { en: 'Your agent', ko: '에이전트' };

// Fixed texts: a page repeats nothing from its request.
const TEXTS: Record<Language, Record<CallbackResult, readonly [title: string, text: string]>> = {
  en: {
    done: ['Consent given', 'You can close this window and return to the agent.'],
    signedIn: ['Signed in', 'You can close this window and return to the application.'],
    denied: ['You denied access', 'Nothing was stored. If you change your mind, ask the agent for a new link.'],
    otherUser: [
      'This consent belongs to another user',
      'It was requested for a different user than the one who is signed in to the application. Nothing was stored, and the link no longer works.',
    ],
    expired: ['This link is no longer valid', 'It has expired or was already used. Ask the agent for a new link.'],
    notAccepted: [
      'This consent was not accepted',
      'The link has expired, or it was requested for another user. Nothing was stored. Ask the agent for a new link.',
    ],
    vendorFailed: ['The vendor reported an error', 'You were not asked, or your answer was lost. Ask the agent for a new link.'],
    failed: ['The consent could not be stored', 'You answered, but a later step failed. The agent reports the cause.'],
    forged: [
      'This link was not requested',
      'It does not carry the state of a request from this application. Start again from the application.',
    ],
    unknown: ['Nothing to see here', 'This address only receives the answer to a request for consent.'],
  },
  ko: {
    done: ['동의가 완료되었습니다', '이 창을 닫고 에이전트로 돌아가세요.'],
    signedIn: ['로그인되었습니다', '이 창을 닫고 애플리케이션으로 돌아가세요.'],
    denied: ['액세스를 거부했습니다', '아무것도 저장되지 않았습니다. 마음이 바뀌면 에이전트에서 새 링크를 요청하세요.'],
    otherUser: [
      '다른 사용자의 동의입니다',
      '애플리케이션에 로그인한 사용자와 동의를 요청한 사용자가 다릅니다. 아무것도 저장되지 않았고, 이 링크는 더 이상 쓸 수 없습니다.',
    ],
    expired: ['더 이상 유효하지 않은 링크입니다', '링크가 만료되었거나 이미 사용되었습니다. 에이전트에서 새 링크를 요청하세요.'],
    notAccepted: [
      '동의가 승인되지 않았습니다',
      '링크가 만료되었거나 다른 사용자를 위한 것입니다. 아무것도 저장되지 않았습니다. 에이전트에서 새 링크를 요청하세요.',
    ],
    vendorFailed: ['벤더에서 오류가 발생했습니다', '동의를 묻지 못했거나 답이 전달되지 않았습니다. 에이전트에서 새 링크를 요청하세요.'],
    failed: ['동의를 저장하지 못했습니다', '답은 전달되었지만 그다음 단계에서 실패했습니다. 원인은 에이전트가 알려 줍니다.'],
    forged: ['요청한 적이 없는 링크입니다', '이 애플리케이션이 보낸 요청의 state가 없습니다. 애플리케이션에서 다시 시작하세요.'],
    unknown: ['표시할 내용이 없습니다', '이 주소는 동의 요청에 대한 답만 받습니다.'],
  },
};

/**
 * Ends a visit of a callback with a page that tells the user how it went, in English or Korean. A client that does not ask for HTML gets
 * `{ result, message }` as JSON. Resolves when the page is on its way, so that the server can be closed.
 */
export async function sendCallbackPage(
  { headers }: IncomingMessage,
  response: ServerResponse,
  result: CallbackResult,
  status: number = STATUS[result],
): Promise<void> {
  const language = languageOf(headers);
  const [title, text] = TEXTS[language][result];
  // A server that is about to close should not wait for the browser's idle connection.
  response.setHeader('connection', 'close');
  response.setHeader('vary', 'Accept, Accept-Language');
  if (acceptsHtml(headers)) {
    const outcome =
      result === 'done' || result === 'signedIn' ? 'success' : result === 'denied' || result === 'unknown' ? 'neutral' : 'failure';
    sendPage(response, status, { language, site: SITE[language], title, outcome, content: html`<p>${text}</p>` });
  } else {
    const body = JSON.stringify({ result, message: `${title}. ${text}` });
    response
      .writeHead(status, {
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
        // The address holds the session and the state.
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      })
      .end(body);
  }
  // A browser that hangs up has not seen the page, which changes nothing about the result.
  await finished(response).catch(() => {});
}
