/** Seeds that showed a violation once, with how far they have to run to show it again. */
export interface FailedSeed {
  readonly seed: number;
  readonly minutes: number;
  /** What was wrong. */
  readonly story: string;
}

export const FAILED_SEEDS: readonly FailedSeed[] = [
  { seed: 101, minutes: 6, story: 'a secondary that was late answered 204 to the deletion of a secret that it had not seen yet, and told nobody' },
  { seed: 201, minutes: 4, story: 'an unseal right after a seal that a silent broker held up: the cluster had no routes afterwards' },
  { seed: 302, minutes: 2, story: 'a primary that had rotated the barrier key alone was promoted over, and could not open what was local to it any more' },
];
