import { IdentityClient, IdentityError } from '@agentcore-tutorials/identity';
import { defineStep } from '@agentcore-tutorials/harness';
import { describeAgent } from '@agentcore-tutorials/03-deploy/definition';
import { t } from './messages/index.ts';

export const step = defineStep({
  id: '05-cleanup',
  title: t('title'),
  endsRun: true,

  async run(context) {
    const { region, run, say, check } = context;

    say.about(t('agent'));
    const report = await describeAgent(context).destroy();
    for (const resource of report.deleted) say.done(t('deleted'), resource);
    for (const { id, why } of report.kept) say.show(`kept: ${id} (${why})`);

    say.about(t('key'));
    const identity = new IdentityClient({ region });
    const findProvider = () => identity.getApiKeyCredentialProvider({ name: run.providerName }).catch(unlessMissing);
    const provider = await findProvider();
    if (provider) {
      await identity.deleteApiKeyCredentialProvider({ name: run.providerName });
      say.done(t('deleted'), provider.credentialProviderArn);
    }
    if (!provider && report.deleted.length === 0) say.about(t('nothing'));

    check(t('check'), report.verified && (await findProvider()) === undefined);
  },
});

/** Not to be there is no error here: this step can be run twice, or after one that stopped halfway. */
function unlessMissing(error: unknown): undefined {
  if (!(error instanceof IdentityError) || error.code !== 'NOT_FOUND') throw error;
}
