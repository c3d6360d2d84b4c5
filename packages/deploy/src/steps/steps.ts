import type { AgentRuntimeArtifact } from '@aws-sdk/client-bedrock-agentcore-control';
import type { Run } from '../agent/run.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { bucketStep } from './bucket-step.ts';
import { bundleStep } from './bundle-step.ts';
import { imageStep } from './image-step.ts';
import { policiesStep } from './policies-step.ts';
import { pinImage } from './pin-image.ts';
import { pushStep } from './push-step.ts';
import { repositoryStep } from './repository-step.ts';
import { roleStep } from './role-step.ts';
import type { RuntimeStep } from './runtime-step.ts';
import { runtimeStep } from './runtime-step.ts';
import type { Step } from './step.ts';
import { memo } from './step.ts';
import { uploadStep } from './upload-step.ts';
import { zipStep } from './zip-step.ts';

export interface Steps {
  /** What a deployment consists of, in the order in which the parts depend on each other. */
  all: readonly Step[];
  /** What a destruction looks for: what an agent is now does not mean that it never was an image, or a zip. */
  removable: readonly Step[];
  runtime: RuntimeStep;
}

/** The one list from which plan, deployment, rollback and destruction are made. Only the first two ask for the bundle. */
export function stepsOf(run: Run, bundled: () => Promise<Bundle> = unasked): Steps {
  const role = roleStep(run);
  const policies = policiesStep(run, role);
  const { parts, artifact } = artifactOf(run, bundled);
  const runtime = runtimeStep(run, artifact, role);
  return {
    all: [...parts, role, policies, runtime],
    removable: [repositoryStep(run), bucketStep(run), role, policies, runtime],
    runtime,
  };
}

/** What makes the code ready for the runtime, and how the runtime is told where it is. */
function artifactOf(run: Run, bundled: () => Promise<Bundle>): { parts: Step[]; artifact: () => Promise<AgentRuntimeArtifact> } {
  const { image: ownImage, artifact } = run.definition;
  if (ownImage !== undefined) return { parts: [], artifact: memo(async () => container(await pinImage(run, ownImage))) };
  const bundle = bundleStep(run, bundled);
  if (artifact === 'zip') {
    const zip = zipStep(bundle);
    const bucket = bucketStep(run);
    const upload = uploadStep(run, zip, bucket);
    return { parts: [bundle, zip, bucket, upload], artifact: upload.artifact };
  }
  const image = imageStep(run, bundle);
  const repository = repositoryStep(run);
  const push = pushStep(run, image, repository);
  return { parts: [bundle, image, repository, push], artifact: async () => container(await push.imageUri()) };
}

const container = (containerUri: string): AgentRuntimeArtifact => ({ containerConfiguration: { containerUri } });

function unasked(): Promise<never> {
  return Promise.reject(new Error('nothing was bundled: this call does not plan a deployment'));
}
