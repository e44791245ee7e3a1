/** How far an epoch may be ahead of one's own: each promotion counts by one, and nobody misses so many. */
const MOST_EPOCHS_AHEAD = 1000;

/** An epoch near the format's largest would leave no number for the next primary. */
export const isWithinReach = (epoch: number, own: number): boolean => epoch - own <= MOST_EPOCHS_AHEAD;
