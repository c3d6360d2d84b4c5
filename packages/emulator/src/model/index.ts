export { createModelStandIn } from './create-model-stand-in.ts';
export type { ModelStandIn, ModelStandInOptions } from './create-model-stand-in.ts';
export { KNOWN_MODELS } from './known-models.ts';
export { FAULT_HEADER } from './read-fault.ts';
export type { ModelRequestRecord } from './request-log.ts';
export type { ModelUsage } from './types.ts';
