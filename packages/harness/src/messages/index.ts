import { defineMessages } from './catalog.ts';
import en from './en.json' with { type: 'json' };
import ko from './ko.json' with { type: 'json' };

/** The sentences of the harness. Each tutorial has its own, in `src/messages`. */
export const t = defineMessages({ en, ko });
