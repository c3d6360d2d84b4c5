// Writes docs/fidelity.md from the contract's tests: `npx pnpm fidelity`.
import { writeFile } from 'node:fs/promises';
import { FIDELITY_PAGE, fidelityPage } from './check-fidelity.ts';
import { listFiles } from './list-files.ts';

const { text, findings } = await fidelityPage(await listFiles());
if (findings.length > 0) throw new Error(findings.join('\n'));
await writeFile(FIDELITY_PAGE, text);
