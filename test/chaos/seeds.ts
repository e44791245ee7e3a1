/** Seeds that showed a violation once, with how far they have to run to show it again. */
export interface FailedSeed {
  readonly seed: number;
  readonly minutes: number;
  /** What was wrong. */
  readonly story: string;
}

export const FAILED_SEEDS: readonly FailedSeed[] = [
  {
    seed: 101,
    minutes: 6,
    story:
      'a secondary that was late answered 204 to the deletion of a secret that it had not seen yet, and told nobody',
  },
  {
    seed: 101,
    minutes: 14,
    story:
      'a secondary was promoted by force before its new record as a member had come to it, and could never take its role up',
  },
  {
    seed: 201,
    minutes: 4,
    story: 'an unseal right after a seal that a silent broker held up: the cluster had no routes afterwards',
  },
  {
    seed: 302,
    minutes: 2,
    story:
      'a primary that had rotated the barrier key alone was promoted over, and could not open what was local to it any more',
  },
  { seed: 401, minutes: 8, story: 'the checker owed a read what began only after the state that it named' },
  {
    seed: 777,
    minutes: 2,
    story: 'a promotion right after a demotion was refused, for what the old primary had written was still on its way',
  },
  {
    seed: 777,
    minutes: 20,
    story: 'a secondary that was late answered 204 to the removal of a mount that it did not know yet, and told nobody',
  },
  {
    seed: 20261124,
    minutes: 8,
    story:
      'a mount was read in an older state than the client had named: the path was looked up before the state had come',
  },
  {
    seed: 502,
    minutes: 20,
    story:
      'the checker took a deletion that a fenced primary had kept aside for one that never was, and owed one that found nothing because of it',
  },
  {
    seed: 711,
    minutes: 20,
    story:
      'a broker lost its last messages as it was killed, their offsets went to others, and no secondary could be promoted after the demotion that followed',
  },
];
