import { verbatim, type Message } from './messages/catalog.ts';
import { t } from './messages/index.ts';

const OUTCOMES: Readonly<Record<string, Message>> = {
  created: t('deploy.outcome.create'),
  updated: t('deploy.outcome.update'),
  deleted: t('deploy.outcome.delete'),
};

/** What became of a resource, as the packages report it: `created`, `updated`, `deleted`. */
export function outcome(name: string): Message {
  return OUTCOMES[name] ?? verbatim(name);
}
