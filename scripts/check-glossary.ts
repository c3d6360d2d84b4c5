// Korean pages use the words of docs/glossary.md.
import { readFile } from 'node:fs/promises';

const GLOSSARY = 'docs/glossary.md';

interface Term {
  english: string;
  korean: string;
  not: string[];
}

export async function checkGlossary(files: readonly string[]): Promise<string[]> {
  const terms = parse(await readFile(GLOSSARY, 'utf8'));
  const findings: string[] = terms.length === 0 ? [`${GLOSSARY} has no table of terms`] : [];
  for (const korean of files.filter((file) => file.endsWith('README.ko.md'))) {
    const translated = prose(await readFile(korean, 'utf8'));
    const original = prose(await readFile(korean.replace(/\.ko\.md$/, '.md'), 'utf8'));
    for (const term of terms) {
      const wrong = term.not.find((word) => translated.includes(word));
      if (wrong !== undefined) findings.push(`${korean} says "${wrong}" for "${term.english}": the glossary says "${term.korean}"`);
      if (new RegExp(`(?<![\\w/-])${term.english}s?\\b`).test(original) && !translated.includes(term.korean))
        findings.push(`${korean}: its source speaks of "${term.english}", and it never says "${term.korean}"`);
    }
  }
  return findings;
}

function parse(markdown: string): Term[] {
  return [...markdown.matchAll(/^\| ([a-z][^|]*) \| ([^|]+) \| [^|]+ \| ([^|]*) \|$/gm)].map(([, english = '', korean = '', not = '']) => ({
    english,
    korean,
    not: not.split(', ').filter(Boolean),
  }));
}

/** Without code and what is generated, which are the same in every language, and without the targets of links. */
function prose(markdown: string): string {
  return markdown
    .replaceAll(/<!-- generated:[^>]*-->[\s\S]*?<!-- \/generated -->/g, '')
    .replaceAll(/^ *```[\s\S]*?^ *```$/gm, '')
    .replaceAll(/`[^`\n]*`/g, '')
    .replaceAll(/\]\([^)]*\)/g, ']');
}
