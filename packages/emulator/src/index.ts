import './require-node.ts';

export { findEmulator, importState, removeState, startEmulator } from './lazy-api.ts';
export type { Emulator, EmulatorOptions } from './start-emulator.ts';
export { environmentOf, type EmulatorInfo } from './emulator-info.ts';
export { EmulatorError, type EmulatorErrorCode } from './emulator-error.ts';
export type { Imported } from './transfer/import-state.ts';
export type { ExportOptions } from './transfer/export-state.ts';
export type { AccessFilter, AccessRecord } from './authorization/access-log.ts';
export type { AccessDecision } from './authorization/create-authorizer.ts';
export type { LogLine } from './admin/read-logs.ts';
export type { InventoryEntry } from './admin/inventory.ts';
export type { VendorInfo } from './vendor/vendor-info.ts';
export type { SessionEvent } from './sessions/types.ts';
