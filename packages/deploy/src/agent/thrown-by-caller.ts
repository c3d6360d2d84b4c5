/** Carries what a function of the caller's threw: their bug, which is thrown on as it is and not as an error of this package. */
export class ThrownByCaller extends Error {
  constructor(cause: unknown) {
    super('a function of the caller threw', { cause });
    this.name = 'ThrownByCaller';
  }
}
