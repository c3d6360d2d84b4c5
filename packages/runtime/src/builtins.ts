// An `import` of one of Node's modules reads all its exports, and some of those are getters that load half of Node: `node:http` brings in
// fetch and WebSocket (measured: 25 ms and 9 MB of a start of 90 ms), `node:fs` its promises, `node:buffer` Blob. This way loads the module alone.
export const { createServer, STATUS_CODES } = process.getBuiltinModule('node:http');
export const { existsSync } = process.getBuiltinModule('node:fs');
export const { isUtf8 } = process.getBuiltinModule('node:buffer');
