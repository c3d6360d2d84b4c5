import { escapeXml } from '../../gateway/write-xml.ts';

/** What an element can hold: text, elements by name, several of one name as a list, or nothing. */
export type XmlValue = string | number | boolean | undefined | { readonly [name: string]: XmlValue | readonly XmlValue[] };

/** Writes an answer of S3: `undefined` members are left out, a list is the same element several times. */
export function writeXml(root: string, value: XmlValue): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, value, ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"')}`;
}

export function element(name: string, value: XmlValue, attributes = ''): string {
  return `<${name}${attributes}>${content(value)}</${name}>`;
}

function content(value: XmlValue): string {
  if (value === undefined) return '';
  if (typeof value !== 'object') return escapeXml(String(value));
  return Object.entries(value)
    .flatMap(([name, member]) =>
      (Array.isArray(member) ? (member as XmlValue[]) : [member as XmlValue]).map((item) => [name, item] as const),
    )
    .map(([name, item]) => (item === undefined ? '' : element(name, item)))
    .join('');
}

/** An element that was read. Namespaces and attributes mean nothing in what S3 takes. */
export interface XmlElement {
  name: string;
  text: string;
  children: XmlElement[];
}

const TOKEN = /<\?[^>]*\?>|<!--[\s\S]*?-->|<\/([^\s>]+)\s*>|<([^\s/>!?]+)((?:\s+[^\s=>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/y;
const MAX_DEPTH = 20;

/** Reads a small document. `undefined` for what is not well-formed, or has a document type: entities that a caller defines are never expanded. */
export function readXml(source: string): XmlElement | undefined {
  const root: XmlElement = { name: '', text: '', children: [] };
  const open = [root];
  const token = new RegExp(TOKEN);
  const text = source.replace(/^\uFEFF/, '').trim();
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (!match) return undefined;
    const [, closing, opening, , selfClosing, characters] = match;
    const parent = open.at(-1)!;
    if (closing !== undefined) {
      if (open.length < 2 || parent.name !== localName(closing)) return undefined;
      open.pop();
    } else if (opening !== undefined) {
      const child: XmlElement = { name: localName(opening), text: '', children: [] };
      parent.children.push(child);
      if (selfClosing === '') open.push(child);
      if (open.length > MAX_DEPTH) return undefined;
    } else if (characters !== undefined) parent.text += unescape(characters);
  }
  return open.length === 1 && root.children.length === 1 && root.text.trim() === '' ? root.children[0] : undefined;
}

/** The text of the first child of a name. */
export function childText(parent: XmlElement, name: string): string | undefined {
  return parent.children.find((child) => child.name === name)?.text;
}

export function childrenOf(parent: XmlElement, name: string): XmlElement[] {
  return parent.children.filter((child) => child.name === name);
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescape(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w+));/g, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const point = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
