/** Whole sentences, so that each can be said differently. */
export const STATE_NOTES: Readonly<Record<string, string>> = {
  running: 'Publishing to the stream.',
  'stream-wals': 'All is in sync: changes are applied as they come.',
  'merkle-diff': 'Comparing with the primary.',
  'merkle-sync': 'Fetching what differs from the primary.',
  idle: 'Nothing is applied. Look into the log of this server.',
};

export const CONNECTION_NOTES: Readonly<Record<string, string>> = {
  ready: 'The primary answers.',
  connecting: 'The primary is being called.',
  transient_failure: 'A temporary fault: it is called again by itself.',
  shutdown: 'The connection was ended, by the primary or by a fatal error. Look into the log of this server.',
  idle: 'No primary is called.',
};

export const noteOn = (notes: Readonly<Record<string, string>>, word: string): string =>
  Object.hasOwn(notes, word) ? (notes[word] as string) : '';

export const WIPED =
  'Everything in this cluster is deleted at once: its secrets, policies, tokens and leases. Its unseal keys become those of the primary.';
