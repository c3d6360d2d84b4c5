import type { Run } from '../agent/run.ts';
import { bundleStep } from './bundle-step.ts';
import { imageStep } from './image-step.ts';
import { policiesStep } from './policies-step.ts';
import { pushStep } from './push-step.ts';
import { repositoryStep } from './repository-step.ts';
import { roleStep } from './role-step.ts';
import type { RuntimeStep } from './runtime-step.ts';
import { runtimeStep } from './runtime-step.ts';
import type { PushStep } from './push-step.ts';
import type { RepositoryStep } from './repository-step.ts';
import type { Step } from './step.ts';

export interface Steps {
  /** In the order in which they depend on each other. */
  all: readonly Step[];
  push: PushStep;
  repository: RepositoryStep;
  runtime: RuntimeStep;
}

/** The one list from which plan, deployment, rollback and destruction are made. */
export function stepsOf(run: Run): Steps {
  const bundle = bundleStep(run);
  const image = imageStep(run, bundle);
  const repository = repositoryStep(run);
  const push = pushStep(run, image, repository);
  const role = roleStep(run);
  const policies = policiesStep(run, role);
  const runtime = runtimeStep(run, push, role);
  return { all: [bundle, image, repository, push, role, policies, runtime], push, repository, runtime };
}
