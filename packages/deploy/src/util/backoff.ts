/**
 * How long to wait before attempt `attempt + 1`: exponential with full jitter between a half and the whole, so that a
 * class of learners who deploy at the same moment does not come back at the same moment.
 */
export function backoff(attempt: number, { baseMs, maxMs, growth = 2 }: { baseMs: number; maxMs: number; growth?: number }): number {
  const ceiling = Math.min(maxMs, baseMs * growth ** attempt);
  return ceiling / 2 + Math.random() * (ceiling / 2);
}
