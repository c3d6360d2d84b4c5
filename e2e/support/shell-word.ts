/** A text as one word of a shell, for a command that is to be pasted: quoted only where it has to be. */
export const shellWord = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`);
