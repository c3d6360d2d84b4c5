import { EmulatorError } from '../emulator-error.ts';

/** Writes down that something was read. On a disk that takes no more, what is there can be read all the same. */
export function recordIfPossible(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof EmulatorError && error.code === 'DATA_DIRECTORY_UNUSABLE')) throw error;
  }
}
