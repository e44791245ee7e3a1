const SHORTEST_MS = 1_000;
const LONGEST_MS = 1_500;

/** What Vault's Go client asks again: a state not yet there, and servers that may recover. */
export const isWorthRetrying = (status: number): boolean => status === 412 || (status >= 500 && status !== 501);

/** Between 1 and 1.5 seconds, so that many clients do not come back at once. */
export const retryDelay = (random: () => number = Math.random): number =>
  SHORTEST_MS + random() * (LONGEST_MS - SHORTEST_MS);
