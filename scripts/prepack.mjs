// `prepack` of the published packages, run by npm and pnpm before they pack or publish one. Only pnpm replaces workspace: and catalog: in the manifest:
// what npm packs cannot be installed. Plain JavaScript, because npm runs it on whatever Node the user has.
import { existsSync, readFileSync } from 'node:fs';

const { name } = JSON.parse(readFileSync('package.json', 'utf8'));
const refuse = (message) => {
  console.error(`${message} [CANNOT_PACK]`);
  process.exit(1);
};
if (!process.env['npm_config_user_agent']?.startsWith('pnpm/'))
  refuse(
    `npm cannot pack ${name}: the manifest uses the workspace: and catalog: protocols of pnpm. Expected pnpm. Run \`npm run tarballs\` in the root of the repository.`,
  );
if (!existsSync('dist/index.mjs'))
  refuse(
    `${name} is not built: dist/index.mjs is missing. Run \`npm run tarballs\` in the root of the repository, or \`npx pnpm turbo run build\`.`,
  );
