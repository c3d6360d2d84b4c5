export { defineMessages, verbatim, type Message } from './messages/catalog.ts';
export { outcome } from './outcome.ts';
export { defineStep, type Criterion, type Step, type StepContext } from './step.ts';
export { HarnessError, type HarnessErrorCode } from './errors.ts';
export { narrateDeploy } from './narrate-deploy.ts';
export type { ModelAccess } from './model-access.ts';
export type { Narrator } from './narrator.ts';
export type { Run } from './run-state.ts';
export type { VendorAccess } from './target.ts';
