import type { ServiceOperations } from '../../gateway/operation.ts';
import { assumeRole } from './assume-role.ts';
import { getCallerIdentity } from './get-caller-identity.ts';

export const stsOperations: ServiceOperations = {
  AssumeRole: assumeRole,
  GetCallerIdentity: getCallerIdentity,
};
