export type { PerformanceStatus, PrimaryStatus, SecondaryStatus } from './replication';
export type { KnownSecondary, RefusedMessages } from './replication';
