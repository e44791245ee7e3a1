import type { Metadata, VersionFacts } from './secret';

export type VersionState = 'available' | 'deleted' | 'destroyed';

export interface Version {
  readonly number: number;
  readonly state: VersionState;
  readonly facts: VersionFacts;
}

/** A browser's clock may be behind the server's by so much. */
const SKEW_MS = 5000;

/** @param now milliseconds: a deletion that lies ahead has not happened. */
export function stateOf({ destroyed, deletion_time: deleted }: VersionFacts, now: number): VersionState {
  if (destroyed === true) return 'destroyed';
  return typeof deleted === 'string' && deleted !== '' && !(Date.parse(deleted) > now + SKEW_MS)
    ? 'deleted'
    : 'available';
}

/** The latest first. */
export const versionsIn = ({ versions }: Metadata, now: number): readonly Version[] =>
  Object.entries(versions ?? {})
    .map(([number, facts]) => ({ number: Number(number), state: stateOf(facts ?? {}, now), facts: facts ?? {} }))
    .filter(({ number }) => Number.isSafeInteger(number))
    .sort((one, other) => other.number - one.number);
