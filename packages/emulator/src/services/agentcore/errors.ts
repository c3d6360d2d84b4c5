import { AwsError } from '../../gateway/aws-error.ts';

export function validation(message: string, field?: string): AwsError {
  return new AwsError('ValidationException', 400, message, {
    details: field === undefined ? { reason: 'CannotParse' } : { reason: 'FieldValidationFailed', fieldList: [{ name: field, message }] },
  });
}

export const notFound = (message: string) => new AwsError('ResourceNotFoundException', 404, message);
export const conflict = (message: string) => new AwsError('ConflictException', 409, message);
export const accessDenied = (message: string) => new AwsError('AccessDenied', 403, message);
