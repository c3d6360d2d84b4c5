const TIMEOUT_MS = 10_000;
const MAX_BYTES = 1024 * 1024;

/** An answer from somewhere else, within limits of time and size. A redirect is not followed: it could lead to where nobody pointed. */
export async function fetchBytes(url: string, init: RequestInit = {}): Promise<{ status: number; bytes: Buffer<ArrayBuffer> }> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const signal = init.signal ? AbortSignal.any([timeout, init.signal]) : timeout;
  const response = await fetch(url, { ...init, redirect: 'error', signal });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error(`the answer is larger than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return { status: response.status, bytes: Buffer.concat(chunks) };
}

/** A JSON object from somewhere else: see `fetchBytes`. */
export async function fetchJson(
  url: string,
  init: RequestInit & { signal?: AbortSignal } = {},
): Promise<{ status: number; body: Record<string, unknown> | undefined }> {
  const { status, bytes } = await fetchBytes(url, { ...init, headers: { accept: 'application/json', ...init.headers } });
  return { status, body: parse(bytes.toString('utf8')) };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
