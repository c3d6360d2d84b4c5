import { AwsError } from '../../gateway/aws-error.ts';

/** An error as S3 words it. `details` are further elements of the document, e.g. `BucketName`. */
export function s3Error(code: string, status: number, message: string, details: Record<string, string> = {}): AwsError {
  return new AwsError(code, status, message, { details });
}

export const noSuchBucket = (bucket: string) => s3Error('NoSuchBucket', 404, 'The specified bucket does not exist', { BucketName: bucket });

export const noSuchKey = (key: string) => s3Error('NoSuchKey', 404, 'The specified key does not exist.', { Key: key });

export const noSuchUpload = (uploadId: string) =>
  s3Error(
    'NoSuchUpload',
    404,
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { UploadId: uploadId },
  );

export const noSuchVersion = (key: string, versionId: string) =>
  s3Error('NoSuchVersion', 404, 'The specified version does not exist.', { Key: key, VersionId: versionId });

export const malformedXml = () =>
  s3Error('MalformedXML', 400, 'The XML you provided was not well-formed or did not validate against our published schema');

export const invalidArgument = (message: string, name: string, value: string) =>
  s3Error('InvalidArgument', 400, message, { ArgumentName: name, ArgumentValue: value.slice(0, 1024) });

export const invalidVersion = (versionId: string) => invalidArgument('Invalid version id specified', 'versionId', versionId);

export const invalidRequest = (message: string) => s3Error('InvalidRequest', 400, message);

/** What S3 has and this emulator has not. */
export const notImplemented = (what: string) => s3Error('NotImplemented', 501, `${what} is not implemented by this emulator.`);

/** What S3 itself answers 501 for, in its words. */
export const notImplementedByS3 = (header: string) =>
  s3Error('NotImplemented', 501, 'A header you provided implies functionality that is not implemented', { Header: header });

export const preconditionFailed = (condition: string) =>
  s3Error('PreconditionFailed', 412, 'At least one of the pre-conditions you specified did not hold', { Condition: condition });

export const conditionalConflict = (condition: string, key: string) =>
  s3Error(
    'ConditionalRequestConflict',
    409,
    'The conditional request cannot succeed due to a conflicting operation against this resource.',
    { Condition: condition, Key: key },
  );
