import type { ApiModel } from '../api/model.ts';
import { AwsError } from './aws-error.ts';
import { violationMessage, violationsMessage, type Violation } from './constraint-message.ts';

/** Each service has its own code and shape for an input that breaks its model. */
export function validationError(model: ApiModel, found: readonly Violation[]): AwsError {
  const violations = model.signingName === 'bedrock-agentcore' ? found.map(withoutValue) : found;
  const message = violationsMessage(violations);
  if (model.service === 'ecr') {
    const [{ path, constraint }] = violations as [Violation];
    return new AwsError(
      'InvalidParameterException',
      400,
      `Invalid parameter at '${path}' failed to satisfy constraint: '${constraint.replace('Member must', 'must')}'`,
    );
  }
  if (model.protocol === 'query') return new AwsError('ValidationError', 400, message);
  if (model.service === 'logs' && violations.some(isLongLogName))
    return new AwsError(
      'InvalidParameterException',
      400,
      'Invalid LogGroup or LogStream, both must have length less than or equal to 512.',
    );
  if (model.service === 'logs') return new AwsError('InvalidParameterException', 400, message);
  if (model.protocol === 'json') return new AwsError('ValidationException', 400, message);
  const fieldList = violations.map((violation) => ({ name: violation.path, message: violationMessage(violation) }));
  return new AwsError('ValidationException', 400, message, { details: { reason: 'FieldValidationFailed', fieldList } });
}

/** Recorded: AgentCore does not repeat the value that it refuses. A member that is missing stays `null`. */
function withoutValue({ path, value, constraint }: Violation): Violation {
  return value === null ? { path, value, constraint } : { path, constraint };
}

/** CloudWatch Logs has words of its own for this, and does not repeat the name. */
function isLongLogName({ path, constraint }: Violation): boolean {
  return (path === 'logGroupName' || path === 'logStreamName') && constraint.endsWith('less than or equal to 512');
}
