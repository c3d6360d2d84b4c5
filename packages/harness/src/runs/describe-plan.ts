import type { Message } from '../messages/catalog.ts';
import { t } from '../messages/index.ts';
import type { Step } from '../step.ts';

/** What the steps do to an account, in words. */
export function describePlan(steps: readonly Step[]): Message[] {
  // Two steps that create the same say so in the same words.
  const makes = new Map(steps.flatMap((step) => step.makes).map((message) => [message.in('en'), message]));
  const ends = steps.some((step) => step.endsRun);
  return [
    makes.size > 0 ? t('target.creates', { resources: [...makes.values()] }) : t('target.creates.nothing'),
    ...(ends ? [t('target.deletes.run')] : []),
    ...(!ends && steps.some(isLeft) ? [t('target.deletes.05')] : []),
    ...(!ends && steps.some((step) => step.cleanUp) ? [t('target.deletes.each')] : []),
  ];
}

/** Whether what the step creates stays until step 05. */
export const isLeft = (step: Step): boolean => step.makes.length > 0 && step.cleanUp === undefined;
