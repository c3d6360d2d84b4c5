import { HarnessError } from './errors.ts';
import type { Message } from './messages/catalog.ts';
import { t } from './messages/index.ts';
import type { Narrator } from './narrator.ts';
import { onceIamKnows } from './once-iam-knows.ts';
import type { RunState } from './run-state.ts';
import type { Step, StepContext } from './step.ts';
import type { Target } from './target.ts';

export interface ContextOptions {
  target: Target;
  state: Pick<RunState, 'run'>;
  say: Narrator;
  signal: AbortSignal;
  payload?: { prompt: string } | undefined;
}

/** What a step gets to work with, on an open target. */
export function createContext(step: Pick<Step, 'id' | 'model'>, { target, state, say, signal, payload }: ContextOptions): StepContext {
  return {
    target: target.name,
    region: target.region,
    accountId: target.accountId,
    get model() {
      const model = target.models[step.model];
      if (!model) throw new HarnessError('NO_MODEL_KEY', t('run.noModel', { model: step.model, step: step.id }));
      return model;
    },
    get vendor() {
      return target.vendor ?? noVendor(step);
    },
    run: state.run,
    payload,
    say,
    signal,
    onceIamKnows: (ask) => onceIamKnows(ask, { say, signal, timeoutMs: target.policyDelayMs }),
    check(claim: Message, holds) {
      if (!holds) throw new HarnessError('CHECK_FAILED', t('check.failed', { claim }));
      say.passed(claim);
    },
  };
}

export function noVendor({ id }: Pick<Step, 'id'>): never {
  throw new HarnessError('NO_VENDOR', t('run.noVendor', { step: id }));
}
