const HIDDEN = '[secret]';

/** `text` without the secrets, quoted as JSON or not. Those shorter than four characters stay: they would match anything, and hide nothing. */
export function redact(text: string, secrets: readonly string[]): string {
  const forms = secrets.flatMap((secret) => (secret.length < 4 ? [] : [secret, JSON.stringify(secret).slice(1, -1)]));
  // The longest first: one secret may be the beginning of another.
  return forms.sort((a, b) => b.length - a.length).reduce((left, form) => left.replaceAll(form, HIDDEN), text);
}

/**
 * Takes the secrets out of an SDK error, in place: a validating service may repeat the value that it refuses, and the error becomes the cause
 * of ours. `$response`, the SDK's view of the HTTP answer, is neither enumerable nor removable: loggers do not print it.
 */
export function redactError(thrown: unknown, secrets: readonly string[]): unknown {
  if (thrown instanceof Error) clean(thrown, secrets, new Set());
  return thrown;
}

function clean(value: object, secrets: readonly string[], seen: Set<object>): void {
  if (seen.has(value)) return;
  seen.add(value);
  for (const name of Object.getOwnPropertyNames(value)) {
    const property = Object.getOwnPropertyDescriptor(value, name);
    if (typeof property?.value === 'string' && property.writable) Reflect.set(value, name, redact(property.value, secrets));
    else if (isPlain(property?.value)) clean(property.value, secrets, seen);
  }
}

// Sockets and requests hang on network errors: what is neither an error nor data is left alone.
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return value instanceof Error || Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}
