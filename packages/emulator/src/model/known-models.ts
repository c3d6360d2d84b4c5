/** The usual names of OpenAI's chat models, with their context windows in tokens. */
export const KNOWN_MODELS: Readonly<Record<string, number>> = {
  'gpt-5.4': 1_050_000,
  'gpt-5.4-mini': 400_000,
  'gpt-5.4-nano': 400_000,
  'gpt-5.2': 400_000,
  'gpt-5.1': 400_000,
  'gpt-5': 400_000,
  'gpt-5-mini': 400_000,
  'gpt-5-nano': 400_000,
  'gpt-4.1': 1_047_576,
  'gpt-4.1-mini': 1_047_576,
  'gpt-4.1-nano': 1_047_576,
  'gpt-4o': 128_000,
  'gpt-4o-mini': 128_000,
  'gpt-4-turbo': 128_000,
  'gpt-4': 8_192,
  'gpt-3.5-turbo': 16_385,
  o1: 200_000,
  o3: 200_000,
  'o3-mini': 200_000,
  'o4-mini': 200_000,
};

const DEFAULT_WINDOW = 128_000;

/** The context window of a model that is offered, or nothing for a name that does not exist. A dated snapshot of a name is that name. */
export function contextWindow(model: string, offered: readonly string[]): number | undefined {
  const name = model.replace(/-\d{4}-\d{2}-\d{2}$/, '');
  if (!offered.includes(model) && !offered.includes(name)) return undefined;
  return (Object.hasOwn(KNOWN_MODELS, name) ? KNOWN_MODELS[name] : undefined) ?? DEFAULT_WINDOW;
}
