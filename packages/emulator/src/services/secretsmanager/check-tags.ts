import { AwsError } from '../../gateway/aws-error.ts';

const MAX_TAGS = 50;

/**
 * What a secret's tags must be beside what the model says of their lengths.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_TagResource.html
 */
export function checkTags(added: readonly { Key?: string | undefined }[], all: readonly unknown[]): void {
  const reserved = added.find(({ Key: key = '' }) => /^aws:/i.test(key));
  if (reserved) throw invalid(`The tag key '${reserved.Key}' starts with aws:, which is reserved.`);
  if (all.length > MAX_TAGS) throw invalid(`A secret can have no more than ${MAX_TAGS} tags.`);
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', 400, message);
}
