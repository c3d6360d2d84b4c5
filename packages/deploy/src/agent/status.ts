import { asDeployError } from '../aws/aws-error.ts';
import { connect } from '../aws/connect.ts';
import { DeployError } from '../errors.ts';
import type { FoundRuntime } from '../steps/find-runtime.ts';
import { findRuntime } from '../steps/find-runtime.ts';
import { isOurs } from '../steps/ownership.ts';
import { configOf, desiredConfig, differences } from '../steps/runtime-config.ts';
import type { Change, Step } from '../steps/step.ts';
import { stepsOf } from '../steps/steps.ts';
import { hasImage } from '../steps/push-step.ts';
import { findCode } from '../steps/upload-step.ts';
import type { AttachOptions } from './attach.ts';
import type { AgentDefinition } from './definition.ts';
import { codeUriOf } from './deployment.ts';
import type { Run } from './run.ts';
import { withRun } from './run.ts';

export interface AgentStatus {
  /** `NOT_DEPLOYED`, or the service's own word: `CREATING`, `READY`, `CREATE_FAILED`, ... */
  status: string;
  account: string;
  region: string;
  agentRuntimeArn?: string;
  agentRuntimeId?: string;
  agentRuntimeVersion?: string;
  imageUri?: string;
  /** `s3://bucket/key`, where the artifact is a zip. */
  codeUri?: string;
  roleArn?: string;
  failureReason?: string;
  updatedAt?: Date;
  /** Whether this package made it. */
  ours?: boolean;
  /**
   * How the account differs from the description: somebody changed a policy by hand, or the description is not deployed
   * yet. The code is not compared with the entry file, `plan()` does that; but it says when what was deployed is not in the bucket or the repository any more.
   */
  drift: string[];
}

/** What there is of an agent, and how it differs from the description. Only reads, and needs no entry file. */
export async function statusOfAgent(definition: AgentDefinition, options: AttachOptions = {}): Promise<AgentStatus> {
  try {
    return await withRun(definition, await connect(definition), { timeoutMs: 60_000, ...options }, async (run) => {
      const compared = stepsOf(run).all.filter(
        ({ name }) => name === 'repository' || name === 'bucket' || name === 'role' || name === 'policies',
      );
      const [found, ...changes] = await Promise.all([findRuntime(run), ...compared.map(planOrRefusal)]);
      const place = { account: run.account, region: run.region };
      const refused = changes.filter(({ action }) => action === 'refused').map(({ step, detail }) => `${step}: ${detail}`);
      if (found === undefined) return { status: 'NOT_DEPLOYED', ...place, drift: refused };
      const { runtime, tags } = found;
      const imageUri = runtime.agentRuntimeArtifact?.containerConfiguration?.containerUri;
      const drift = changes.filter(({ action }) => action !== 'none').map(({ step, detail }) => `${step}: ${detail}`);
      const fields = differences(configOf(runtime), desiredConfig(definition, runtime.agentRuntimeArtifact!, run.roleArn, runtime));
      return {
        status: runtime.status ?? 'CREATING',
        ...place,
        agentRuntimeArn: runtime.agentRuntimeArn,
        agentRuntimeId: runtime.agentRuntimeId,
        agentRuntimeVersion: runtime.agentRuntimeVersion,
        ...(imageUri ? { imageUri } : {}),
        ...(codeUriOf(runtime) ? { codeUri: codeUriOf(runtime) } : {}),
        ...(runtime.roleArn ? { roleArn: runtime.roleArn } : {}),
        ...(runtime.failureReason ? { failureReason: runtime.failureReason } : {}),
        ...(runtime.lastUpdatedAt ? { updatedAt: runtime.lastUpdatedAt } : {}),
        ours: isOurs(run, 'runtime', tags, runtime.createdAt),
        drift: [...drift, ...(await driftOfCode(run, runtime)), ...fields.map((field) => `runtime: ${field}`)],
      };
    });
  } catch (error) {
    throw asDeployError(error, `reading the status of ${definition.name}`);
  }
}

/** What is somebody else's is a fact here, and no failure. */
async function planOrRefusal(step: Step): Promise<Pick<Change, 'step' | 'detail'> & { action: Change['action'] | 'refused' }> {
  try {
    return await step.plan();
  } catch (error) {
    if (error instanceof DeployError && error.code === 'NOT_OURS') return { step: step.name, action: 'refused', detail: error.message };
    throw error;
  }
}

/** Whether what the runtime is told to run is where it was put. Only of what this package put there: its names say what is in it. */
async function driftOfCode(run: Run, { agentRuntimeArtifact }: FoundRuntime['runtime']): Promise<string[]> {
  const { bucket = '', prefix = '' } = agentRuntimeArtifact?.codeConfiguration?.code?.s3 ?? {};
  if (bucket === run.bucketName) {
    const found = await findCode(run, bucket, prefix);
    if (found === 'whole') return [];
    return [
      `upload: s3://${bucket}/${prefix} ${found === 'missing' ? 'was deleted' : 'was replaced by other bytes'}; deploy() sends it again`,
    ];
  }
  const { containerUri = '' } = agentRuntimeArtifact?.containerConfiguration ?? {};
  if (run.definition.image !== undefined || !containerUri.startsWith(`${run.repositoryUri}@`)) return [];
  return (await hasImage(run, containerUri.slice(run.repositoryUri.length + 1)))
    ? []
    : [`push: ${containerUri} was deleted; deploy() sends it again`];
}
