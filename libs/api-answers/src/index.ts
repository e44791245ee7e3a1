export type {
  ApplyDelay,
  FencedStatus,
  HealingStatus,
  JournalStatus,
  KnownSecondary,
  LagPoint,
  Peer,
  PerformanceAnswer,
  PerformanceHistory,
  PerformanceStatus,
  PrimaryStatus,
  RefusedMessages,
  SecondaryStatus,
} from './replication';
export type { FilterPreview, QuarantinedMutation, QuarantinePreview, RevocationPreview } from './replication-previews';
