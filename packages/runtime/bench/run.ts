// `node packages/runtime/bench/run.ts`: the benchmark by itself.
import { benchRuntime } from './index.ts';

const rows = await benchRuntime({ progress: (line) => console.error(line) });
console.log(JSON.stringify(rows, null, 2));
