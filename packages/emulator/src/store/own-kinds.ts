/**
 * What belongs to the emulator itself and not to those who use it: the keys with which it is reached. A reset leaves them, so that a shell that
 * was set up goes on working; an export without secrets leaves them out.
 */
export const OWN_KINDS: readonly string[] = ['access-key', 'model-key', 'vendor-client', 'vendor-keys'];
