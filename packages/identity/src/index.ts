export { getContext, runWithContext, type WorkloadContext } from './context.ts';
