/** A time as S3 writes it in documents: in whole seconds, with the digits of the milliseconds nevertheless. */
export function seconds(time: string): string {
  return `${new Date(time).toISOString().slice(0, 19)}.000Z`;
}
