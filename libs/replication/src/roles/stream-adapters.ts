import type { BrokerSettings } from '../ports/stream';
import type { BrokerAccess } from './promotion';
import type { OpenStream } from './publish-order';
import type { OpenFollower } from './secondary-role';

/** How the broker is reached in each role. */
export interface StreamAdapters {
  readonly openStream: OpenStream;
  readonly openFollower: OpenFollower;
  /** For a promotion, which takes a topic over that it follows. */
  readonly openBroker: (broker: BrokerSettings) => BrokerAccess;
}
