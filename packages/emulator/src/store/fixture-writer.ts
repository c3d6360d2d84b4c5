// A process to be killed: opens a data directory and writes as fast as it can. Says on standard output, a line each, what is kept from now on.
import { writeSync } from 'node:fs';
import { openDirectory } from './open-directory.ts';

const [directory = '', first = '0'] = process.argv.slice(2);
const scope = { accountId: '123456789012', region: 'us-west-2' };

const { store } = await openDirectory(directory);
writeSync(1, 'open\n');
for (let count = Number(first); ; count += 1) {
  const id = String(count).padStart(8, '0');
  store.transaction(() => {
    store.items.put('left', scope, id, { sealed: store.sealer.seal(`text ${count}`, id) });
    store.items.put('right', scope, id, { padding: 'x'.repeat(count % 3000) });
    // One is changed, and one goes.
    if (count % 3 === 2) store.items.put('right', scope, String(count - 1).padStart(8, '0'), { changedBy: count });
    if (count % 5 === 4) store.items.delete('left', scope, String(count - 2).padStart(8, '0'));
    store.logs.append(scope, 'group', 'stream', [{ timestamp: count, message: id }], count);
  });
  writeSync(1, `${count}\n`);
}
