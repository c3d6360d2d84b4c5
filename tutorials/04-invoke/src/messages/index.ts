import { defineMessages } from '@agentcore-tutorials/harness';
import en from './en.json' with { type: 'json' };
import ko from './ko.json' with { type: 'json' };

/** The sentences of this tutorial. */
export const t = defineMessages({ en, ko });
