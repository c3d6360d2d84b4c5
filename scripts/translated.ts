// Records that a Korean page is up to date with its English source: see check-translations.ts.
import { recordTranslations } from './check-translations.ts';

await recordTranslations(process.argv.slice(2));
