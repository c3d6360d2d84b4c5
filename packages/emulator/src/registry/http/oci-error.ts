import type { ServerResponse } from 'node:http';
import type { AwsError } from '../../gateway/aws-error.ts';

/** ECR's errors as the distribution API says them: code and HTTP status. */
const CODES: Record<string, readonly [code: string, status: number]> = {
  RepositoryNotFoundException: ['NAME_UNKNOWN', 404],
  ImageNotFoundException: ['MANIFEST_UNKNOWN', 404],
  LayersNotFoundException: ['MANIFEST_BLOB_UNKNOWN', 404],
  ReferencedImagesNotFoundException: ['MANIFEST_BLOB_UNKNOWN', 404],
  ImageDigestDoesNotMatchException: ['DIGEST_INVALID', 400],
  ImageTagAlreadyExistsException: ['TAG_INVALID', 400],
  InvalidParameterException: ['MANIFEST_INVALID', 400],
  InvalidLayerException: ['DIGEST_INVALID', 400],
  InvalidLayerPartException: ['BLOB_UPLOAD_INVALID', 416],
  UploadNotFoundException: ['BLOB_UPLOAD_UNKNOWN', 404],
  AccessDenied: ['DENIED', 403],
  RequestEntityTooLargeException: ['SIZE_INVALID', 413],
};

/** Answers `{"errors":[{code, message}]}` (OCI distribution spec, "Error Codes"). */
export function writeOciError(error: AwsError, response: ServerResponse): void {
  const [code, status] = CODES[error.code] ?? [error.code, error.status];
  const body = JSON.stringify({
    errors: [{ code, message: error.message, ...(Object.keys(error.details).length > 0 ? { detail: error.details } : {}) }],
  });
  if (status === 401) response.setHeader('www-authenticate', 'Basic realm="agentcore-local",service="ecr.amazonaws.com"');
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
