import { EmulatorError } from './emulator-error.ts';
import { unsupportedNode } from './unsupported-node.ts';

const problem = unsupportedNode();
if (problem !== undefined) throw new EmulatorError('OLD_NODE', problem);
