import type { Operation } from './operation';

/** A token as it was given out. */
export interface GivenToken {
  readonly cluster: string;
  readonly token: string;
  readonly accessor: string;
  /** Whether the write to its cubbyhole was acknowledged. */
  readonly cubbyhole: boolean;
}

/** Collects what clients do in a round. */
export class Recorder {
  readonly operations: Operation[] = [];
  readonly tokens: GivenToken[] = [];
  /** Barrier key rotations: acknowledged, and such as may have taken place. */
  readonly rotations = { done: 0, unknown: 0 };

  private readonly began = performance.now();
  /** ms since the Unix epoch. */
  readonly wallStart = Date.now();

  /** ms since the run began. */
  now(): number {
    return performance.now() - this.began;
  }
}
