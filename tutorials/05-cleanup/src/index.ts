import { IdentityClient, IdentityError } from '@agentcore-tutorials/identity';
import { defineStep, main } from '@agentcore-tutorials/harness';
import { describeAgent } from '@agentcore-tutorials/03-deploy/definition';

export const step = defineStep({
  id: '05-cleanup',
  title: 'Clean up, and prove it',
  endsRun: true,

  async run(context) {
    const { region, run, say, check } = context;

    say.about('The runtime with its sessions, the role with its policies, the repository with its images:');
    const report = await describeAgent(context).destroy();
    for (const resource of report.deleted) say.done('deleted', resource);
    for (const { id, why } of report.kept) say.show(`kept: ${id} (${why})`);

    say.about('And the key, which many examples forget:');
    const identity = new IdentityClient({ region });
    await identity.deleteApiKeyCredentialProvider({ name: run.providerName }).catch(unlessMissing);
    const provider = await identity.getApiKeyCredentialProvider({ name: run.providerName }).catch(unlessMissing);
    check(
      'nothing is left: each of them was asked for again, and is gone',
      report.verified && report.kept.length === 0 && provider === undefined,
    );
  },
});

/** What is not there needs no deleting: this step can be run twice, or after a step that stopped halfway. */
function unlessMissing(error: unknown): undefined {
  if (!(error instanceof IdentityError) || error.code !== 'NOT_FOUND') throw error;
}

await main(import.meta, step);
