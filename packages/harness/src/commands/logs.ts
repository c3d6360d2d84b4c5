import { findStepId, loadStep, numberOf } from '../find-steps.ts';
import { verbatim } from '../messages/catalog.ts';
import { t } from '../messages/index.ts';
import { describeLogEvent } from '../logs/describe-log-event.ts';
import { readAgentLogs } from '../logs/read-agent-logs.ts';
import { peekRunState } from '../run-state.ts';
import type { CommandContext } from './context.ts';
import { withTarget } from './with-target.ts';

/** `logs [NN]`: what the agents of the learner's run logged, from CloudWatch Logs. A log group exists until its agent is deleted. */
export async function logs(context: CommandContext): Promise<number> {
  const { words, ids, here, directory, options, say } = context;
  const [word] = words;
  const id = word === undefined ? here : findStepId(ids, word);
  const step = id === undefined ? undefined : await loadStep(id);
  const groups = await withTarget(context, async ({ region, scope }) => {
    const { run } = peekRunState({ directory, scope });
    return readAgentLogs({ region, runId: run.id, agent: step?.agent?.(run) });
  });
  if (options.json) process.stdout.write(`${JSON.stringify({ groups })}\n`);
  else
    for (const { name, events } of groups) {
      say.heading(verbatim(name));
      for (const event of events) say.log(describeLogEvent(event));
    }
  if (groups.length === 0) say.about(step === undefined ? t('logs.none') : t('logs.none.step', { step: numberOf(step.id) }));
  return 0;
}
