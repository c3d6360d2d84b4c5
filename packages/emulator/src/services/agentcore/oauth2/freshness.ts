import type { TokenAnswer } from './request-token.ts';
import type { VaultToken } from './vault.ts';

/** A token that is given out should still be good when it arrives at the API: it ends for us this much earlier, or a tenth of its life. */
const MARGIN_SECONDS = 30;

export function toVaultToken({ accessToken, refreshToken, expiresIn }: TokenAnswer, now: Date): VaultToken {
  return {
    accessToken,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(expiresIn === undefined ? {} : { expiresAt: now.getTime() + (expiresIn - Math.min(MARGIN_SECONDS, expiresIn / 10)) * 1000 }),
  };
}

export function isFresh({ expiresAt }: VaultToken, now: Date): boolean {
  return expiresAt === undefined || expiresAt > now.getTime();
}
