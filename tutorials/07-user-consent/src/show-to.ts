import type { Narrator } from '@agentcore-tutorials/harness';
import { IdentityError, openBrowser } from '@agentcore-tutorials/identity';
import { consentWithoutBrowser } from './consent-without-browser.ts';
import { t } from './messages/index.ts';

/** AgentCore accepts the answer to a link for this long, so the lessons wait as long. */
export const LINK_MINUTES = 10;

/**
 * Shows the link to the user: prints it, and opens it in a browser where somebody sits at a terminal. Anywhere else (in CI, or with the output
 * in a pipe) a stand-in follows it. TUTORIAL_BROWSER names a program that is started with the link instead, terminal or not.
 */
export function showTo(userId: string, say: Pick<Narrator, 'about' | 'show'>): (authorizationUrl: string) => Promise<void> {
  const program = process.env['TUTORIAL_BROWSER'];
  const isThere = process.stdin.isTTY && process.stdout.isTTY && !process.env['CI'];
  return async (authorizationUrl) => {
    say.about(t('waiting', { user: userId, minutes: LINK_MINUTES }));
    say.show(authorizationUrl);
    if (!program && !isThere) {
      const page = await consentWithoutBrowser(authorizationUrl, { user: userId, answer: 'allow' });
      return say.about(t('standIn', { user: userId, page: page ?? '' }));
    }
    say.about(t('browser', { user: userId }));
    await openBrowser(authorizationUrl, program ? [program] : undefined).catch((error: unknown) => {
      if (!(error instanceof IdentityError) || error.code !== 'BROWSER_FAILED') throw error;
      say.about(t('noBrowser'));
    });
  };
}
