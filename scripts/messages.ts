// Writes the types of the message catalogues: `npx pnpm messages`.
import { writeFile } from 'node:fs/promises';
import { findCatalogs, typesOf, typesPath } from './check-messages.ts';
import { listFiles } from './list-files.ts';

for (const file of findCatalogs(await listFiles())) await writeFile(typesPath(file), await typesOf(file));
