/** The parts of a name that say little, and what stands for them. The service, the type and the name of a resource stay. */
const SHORTER: readonly [RegExp, string][] = [
  [/\barn:aws[\w-]*:[a-z0-9-]+:[a-z0-9-]*:\d{12}:(?=\S)/g, 'arn:…:'],
  [/\b\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\//g, '…/'],
  [/(?<=\bsha256:[0-9a-f]{12})[0-9a-f]{52}\b/g, '…'],
  [/(?<=\bBedrockAgentCore-)[0-9a-f]{32}\b/g, '…'],
];

/** Shortens ARNs, image URIs and digests for a terminal. Texts without them stay as they are. */
export function shorten(text: string): string {
  return SHORTER.reduce((shorter, [long, short]) => shorter.replaceAll(long, short), text);
}
