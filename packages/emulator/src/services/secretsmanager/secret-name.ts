import { AwsError } from '../../gateway/aws-error.ts';

/** In no model: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html */
const NAME = /^[A-Za-z0-9/_+=.@!-]+$/;

export function checkName(name: string): void {
  if (NAME.test(name)) return;
  throw new AwsError(
    'ValidationException',
    400,
    'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
  );
}
