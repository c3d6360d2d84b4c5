import type { Message } from '../messages/catalog.ts';

/** What `doctor` found about one thing. */
export interface Finding {
  what: Message;
  ok: boolean;
  detail: Message;
  /** How to correct it. */
  fix?: Message;
}
