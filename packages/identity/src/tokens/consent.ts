/** The link of one flight, which every caller on board shows to its own user interface. */
export interface Consent {
  /** Told once, by the flight. */
  ask(authorizationUrl: string): void;
  /** The link, as soon as there is one; it never is where the vault has a token. */
  asked: Promise<string>;
  /** Told by each caller that has shown the link. */
  shown(): void;
  /** The first caller has shown it: from now on it can be answered. */
  firstShown: Promise<void>;
}

export function createConsent(): Consent {
  let ask: Consent['ask'] = () => {};
  let shown: Consent['shown'] = () => {};
  const asked = new Promise<string>((resolve) => {
    ask = resolve;
  });
  const firstShown = new Promise<void>((resolve) => {
    shown = resolve;
  });
  return { ask, asked, shown, firstShown };
}
