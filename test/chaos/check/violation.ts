import type { History } from '../history/history';
import type { Operation } from '../history/operation';

/** A promise that was broken. */
export interface Violation {
  readonly rule: string;
  /** Register, token or cluster. */
  readonly key: string;
  readonly what: string;
  /** What it shows in; the history around it is printed. */
  readonly operations: readonly Operation[];
}

export type Rule = (history: History) => Violation[];
