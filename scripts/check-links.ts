// Links within the repository lead to a file that is there, and to a heading that is there.
import { access, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';

export async function checkLinks(files: readonly string[]): Promise<string[]> {
  const findings: string[] = [];
  const anchors = new Map<string, Promise<Set<string>>>();
  for (const page of files.filter((file) => file.endsWith('.md') && !file.includes('CHANGELOG'))) {
    for (const { line, target } of linksOf(await readFile(page, 'utf8'))) {
      const [path = '', anchor] = target.split('#', 2);
      const file = path === '' ? page : normalize(join(dirname(page), decodeURIComponent(path)));
      if (!(await exists(file))) findings.push(`${page}:${line} links to ${target}, which is not there`);
      else if (anchor !== undefined && file.endsWith('.md')) {
        if (!anchors.has(file)) anchors.set(file, readAnchors(file));
        if (!(await anchors.get(file))?.has(decodeURIComponent(anchor)))
          findings.push(`${page}:${line} links to ${target}, and ${file} has no such heading`);
      }
    }
  }
  return findings;
}

function linksOf(markdown: string): { line: number; target: string }[] {
  const links: { line: number; target: string }[] = [];
  for (const [index, text] of withoutCode(markdown).entries())
    for (const { 1: target = '' } of text.matchAll(/\]\(([^()\s]+)\)/g))
      if (!/^[a-z]+:/i.test(target)) links.push({ line: index + 1, target });
  return links;
}

/** The lines, those of code blocks and pieces of inline code left empty. */
function withoutCode(markdown: string): string[] {
  let inside = false;
  return markdown.split('\n').map((line) => {
    const fence = /^\s*```/.test(line);
    if (fence) inside = !inside;
    return fence || inside ? '' : line.replaceAll(/`[^`]*`/g, '');
  });
}

/** As GitHub makes them: lower case, without punctuation, a hyphen for each space, numbered when they repeat. */
async function readAnchors(file: string): Promise<Set<string>> {
  const anchors = new Set<string>();
  let inside = false;
  for (const line of (await readFile(file, 'utf8')).split('\n')) {
    if (/^\s*```/.test(line)) inside = !inside;
    const heading = inside ? undefined : /^#{1,6} +(.*?)\s*$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-');
    let numbered = slug;
    for (let count = 1; anchors.has(numbered); count += 1) numbered = `${slug}-${count}`;
    anchors.add(numbered);
  }
  return anchors;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
