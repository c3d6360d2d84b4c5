import { DeployError } from '../errors.ts';

/**
 * Bytes are sent as they are; anything else as JSON.
 * @throws {DeployError} `INVALID_CONFIG` for what JSON cannot say.
 */
export function encodePayload(payload: unknown): Uint8Array {
  if (payload instanceof Uint8Array) return payload;
  let json: string | undefined;
  try {
    json = JSON.stringify(payload ?? null);
  } catch (error) {
    throw new DeployError(
      'INVALID_CONFIG',
      `The payload cannot be sent as JSON: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    );
  }
  if (json === undefined) throw new DeployError('INVALID_CONFIG', `The payload cannot be sent as JSON: it is a ${typeof payload}.`);
  return new TextEncoder().encode(json);
}
