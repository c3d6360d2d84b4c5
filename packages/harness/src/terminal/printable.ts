/**
 * Makes a text of others harmless to a terminal: an agent, a log or a vendor's error must not move the cursor, clear the screen, set the title or
 * fill the clipboard. Sequences of a terminal are left out; other control characters are shown as their symbols.
 */
export function printable(text: string): string {
  return text
    .replaceAll(SEQUENCE, '')
    .replaceAll('\r\n', '\n')
    .replaceAll(CONTROL, (character) => {
      const code = character.charCodeAt(0);
      return code < 0x20 ? String.fromCharCode(0x24_00 + code) : '\uFFFD';
    });
}

/** CSI and OSC of ECMA-48. Node's own expression for them looks for the end of an OSC to the end of the text, from each beginning. */
// oxlint-disable-next-line no-control-regex
const SEQUENCE = /(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]|(?:\u001B\]|\u009D)[^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C)/g;

/** But tab and line feed. */
const CONTROL = /[^\P{Cc}\t\n]/gu;
