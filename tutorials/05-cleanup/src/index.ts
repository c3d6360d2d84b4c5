import { IdentityClient, IdentityError } from '@agentcore-tutorials/identity';
import { defineStep } from '@agentcore-tutorials/harness';
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
    const findProvider = () => identity.getApiKeyCredentialProvider({ name: run.providerName }).catch(unlessMissing);
    const provider = await findProvider();
    if (provider) {
      await identity.deleteApiKeyCredentialProvider({ name: run.providerName });
      say.done('deleted', provider.credentialProviderArn);
    }
    if (!provider && report.deleted.length === 0) say.about('There was nothing to delete.');

    check('nothing is left: everything was looked for again, and is gone', report.verified && (await findProvider()) === undefined);
  },
});

/** Not to be there is no error here: this step can be run twice, or after one that stopped halfway. */
function unlessMissing(error: unknown): undefined {
  if (!(error instanceof IdentityError) || error.code !== 'NOT_FOUND') throw error;
}
