/** Each word with the space behind it: what a stream sends one by one. Nothing is lost, so that the pieces make the text again. */
export function* splitWords(text: string): Generator<string> {
  for (const [word] of text.matchAll(/^\s+|\S+\s*/gu)) yield word;
}

/** Pieces of some characters, as the arguments of a tool call arrive; never inside a surrogate pair. */
export function* splitArguments(json: string): Generator<string> {
  for (const [piece] of json.matchAll(/[^]{1,8}/gu)) yield piece;
}
