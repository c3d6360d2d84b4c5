/** Where a list of places ends: time, tone and the next clause. */
const END =
  /[?!.;:\n()]|\b(?:today|tonight|tomorrow|yesterday|now|right|currently|at the moment|this|next|on|please|like|and (?:how|what|is|tell|also|then|calculate|compute|give|the|\d)|then|with|using|when|while|if|because|so|should|do|does|will|is|are|in (?:celsius|fahrenheit|degrees)|in the (?:morning|afternoon|evening)|for me|for us)\b|\d/i;
const COUNTRIES =
  'france|germany|italy|spain|portugal|england|scotland|ireland|uk|united kingdom|usa?|united states|canada|mexico|brazil|argentina|japan|china|india|australia|korea|south korea|singapore|netherlands|belgium|switzerland|austria|sweden|norway|denmark|finland|poland|turkey|egypt|kenya|nigeria|south africa|california|texas|ontario|washington|oregon|massachusetts';
const COUNTRY = new RegExp(String.raw`,\s*(?=(?:${COUNTRIES}|[A-Z]{2})\s*(?:$|,|\band\b|\bor\b))`, 'gi');
const NO_PLACE =
  /^(?:it|me|us|you|my city|my area|town|general|here|there|outside|celsius|fahrenheit|degrees|an? .*|(?:the )?(?:morning|afternoon|evening|night|day|week|weekend|city|world|sky|forecast|weather|temperature|moment|hour|hours|minutes|days|same|user|current|present|best|capital))$/i;
const PLACE = /^[\p{L}][\p{L}'’.-]*(?: [\p{L}'’.-]+){0,3}$/u;

/** The places that a question about the weather names, in order and without repetition. */
export function findPlaces(question: string): string[] {
  const text = question.slice(0, 10_000);
  const places: string[] = [];
  for (const match of text.matchAll(
    /\b(?:in|for|at|near|around|of)\s+|\b(?:warmer|colder|hotter|cooler|sunnier|wetter)[:,]?\s+(?!(?:in|at|near)\b)/gi,
  )) {
    // A list of cities is short; looking at no more keeps a text full of prepositions linear.
    places.push(...listed(text.slice(match.index + match[0].length, match.index + match[0].length + 300)));
  }
  // "Paris weather", "New York's forecast"
  for (const match of text.matchAll(
    /(?<![\p{L}'’-])((?:\p{Lu}[\p{L}'’-]* ){0,3}\p{Lu}[\p{L}-]*)(?:['’]s)?\s+(?:weather|forecast|temperature)\b/gu,
  )) {
    const name = (match[1] ?? '').replace(
      /^(?:(?:What|Whats|How|Is|The|Current|Today|Give|Tell|Show|Check|Get|And|Or|My|Me)(?:['’]s)?\s+)+/u,
      '',
    );
    if (!/^(?:What|Whats|How|Is|The|Current|Today|Give|Tell|Show|Check|Get|And|Or|My|Me|Local)(?:['’]s)?$/u.test(name))
      places.push(...listed(name));
  }
  return [...new Set(places)];
}

function listed(text: string): string[] {
  const end = text.search(END);
  const part = end === -1 ? text : text.slice(0, end);
  const places: string[] = [];
  for (const piece of part.replaceAll(COUNTRY, '\u0000').split(/\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or|vs\.?|versus)\s+|\s*&\s*/i)) {
    const [name = '', country] = piece.split('\u0000').map((word) => tidy(word));
    if (name === '' || NO_PLACE.test(name) || !PLACE.test(name)) break;
    places.push(country === undefined ? capitalized(name) : `${capitalized(name)}, ${capitalized(country)}`);
  }
  return places;
}

function tidy(text: string): string {
  return text
    .trim()
    .replace(/^(?:in|at|for)\s+/i, '')
    .replace(/^(?:the\s+)?city\s+of\s+/i, '')
    .replace(/['’]s$/u, '')
    .replace(/\s+/g, ' ');
}

/** "new york" as people write it; a name that has capitals already is kept. */
function capitalized(name: string): string {
  return /\p{Lu}/u.test(name) ? name : name.replace(/(?<=^|[\s-])\p{Ll}/gu, (letter) => letter.toUpperCase());
}
