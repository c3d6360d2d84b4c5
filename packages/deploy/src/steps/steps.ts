import type { Run } from '../agent/run.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { bundleStep } from './bundle-step.ts';
import { imageStep } from './image-step.ts';
import { policiesStep } from './policies-step.ts';
import { pushStep } from './push-step.ts';
import { repositoryStep } from './repository-step.ts';
import { roleStep } from './role-step.ts';
import type { RuntimeStep } from './runtime-step.ts';
import { runtimeStep } from './runtime-step.ts';
import type { Step } from './step.ts';

export interface Steps {
  /** What a deployment consists of, in the order in which the parts depend on each other. */
  all: readonly Step[];
  /** What a destruction looks for: an image of one's own does not mean that there never was another. */
  removable: readonly Step[];
  imageUri: () => Promise<string>;
  runtime: RuntimeStep;
}

/** The one list from which plan, deployment, rollback and destruction are made. Only the first two ask for the bundle. */
export function stepsOf(run: Run, bundled: () => Promise<Bundle> = unasked): Steps {
  const { image: ownImage } = run.definition;
  const bundle = bundleStep(run, bundled);
  const image = imageStep(run, bundle);
  const repository = repositoryStep(run);
  const push = pushStep(run, image, repository);
  const role = roleStep(run);
  const policies = policiesStep(run, role);
  const imageUri = ownImage === undefined ? push.imageUri : (): Promise<string> => Promise.resolve(ownImage);
  const runtime = runtimeStep(run, imageUri, role);
  const removable = [repository, role, policies, runtime];
  return {
    all: ownImage === undefined ? [bundle, image, repository, push, role, policies, runtime] : [role, policies, runtime],
    removable,
    imageUri,
    runtime,
  };
}

function unasked(): Promise<never> {
  return Promise.reject(new Error('nothing was bundled: this call does not plan a deployment'));
}
