import { pathsOfTwoNames } from '../engine/paths-of-two-names';

/** Paths below `replication/performance/` also answer at their old place, without `performance/`. Each cluster serves its own. */
export const OnReplicationPath = pathsOfTwoNames('replication/performance/', 'replication/', 'Old name of ', {
  localOnly: true,
});
