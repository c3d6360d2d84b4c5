import { readFile, writeFile } from 'node:fs/promises';

const PLACE = /(<!-- generated:bench -->\n)[\s\S]*?(\n<!-- \/generated -->)/;

/** Puts what was measured into a package's pages, between their marks. */
export async function writeTable(name: string, table: string): Promise<void> {
  for (const page of ['README.md', 'README.ko.md']) {
    const file = new URL(`../packages/${name}/${page}`, import.meta.url);
    const text = await readFile(file, 'utf8');
    if (!PLACE.test(text))
      throw new Error(`packages/${name}/${page} has no place for the table: <!-- generated:bench --> and <!-- /generated -->.`);
    await writeFile(
      file,
      text.replace(PLACE, (_all, head: string, tail: string) => head + table + tail),
    );
  }
}
