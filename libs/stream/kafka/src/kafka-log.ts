import type { LogEntry } from 'kafkajs';
import type { Logger } from '@tidelock/kernel';
import { kafkajs } from './kafkajs-internals';

/** Answers that kafkajs calls errors and that belong to ordinary work. */
const EXPECTED = [
  /already exists/i,
  /topic creation errors/i,
  /coordinator is (loading|not available|not aware)/i,
  /not aware of this member/i,
  /group is rebalancing/i,
  /rebalance/i,
  /invalidate EoS/i,
  /no leader/i,
  /leadership election/i,
  /does not host this topic/i,
  /requested offset is not within/i,
  // Refused rights are told by who asked for them.
  /response .*(CreateAcls|DeleteAcls)/i,
  /response .*(InitProducerId|FindCoordinator|JoinGroup|Heartbeat|LeaveGroup)/i,
];
/** One outage makes the same line many times a second. */
const QUIET_MS = 30_000;

/** kafkajs's lines in our log: expected ones at debug, the rest as warnings at most, each text once in a while. */
export function kafkaLogCreator(logger: Logger): () => (entry: LogEntry) => void {
  const { WARN } = kafkajs().logLevel;
  const seen = new Map<string, number>();
  return () =>
    ({ level, log }) => {
      const reason = typeof log['error'] === 'string' ? log['error'] : undefined;
      const text = reason === undefined ? log.message : `${log.message}: ${reason}`;
      if (level > WARN || EXPECTED.some((pattern) => pattern.test(text))) {
        logger.debug(`kafka: ${text}`);
        return;
      }
      const now = performance.now();
      if (now - (seen.get(text) ?? -Infinity) < QUIET_MS) return;
      if (seen.size > 100) seen.clear();
      seen.set(text, now);
      logger.warn(`kafka: ${text}`);
    };
}
