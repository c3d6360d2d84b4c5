export { startEmulator, type Emulator, type EmulatorOptions } from './start-emulator.ts';
export { environmentOf, type EmulatorInfo } from './emulator-info.ts';
export { EmulatorError, type EmulatorErrorCode } from './emulator-error.ts';
export { findEmulator } from './locator.ts';
export type { InventoryEntry } from './admin/inventory.ts';
export type { VendorInfo } from './vendor/vendor-info.ts';
export type { SessionEvent } from './sessions/types.ts';
