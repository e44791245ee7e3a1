export type {
  ApplyDelay,
  FencedStatus,
  HealingStatus,
  JournalStatus,
  KnownSecondary,
  Peer,
  PerformanceAnswer,
  PerformanceStatus,
  PrimaryStatus,
  RefusedMessages,
  SecondaryStatus,
} from './replication';
