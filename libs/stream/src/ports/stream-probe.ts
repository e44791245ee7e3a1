import type { BrokerSettings } from './stream';

/** Tries, before anything depends on it, whether a stream can be followed. Each rejects with a reason for people, without secrets. */
export interface StreamProbe {
  /** The broker answers and takes the credentials. */
  reach(broker: BrokerSettings): Promise<void>;
  /** The topic is there and this cluster may read it. @param group what its readers' names begin with. */
  read(broker: BrokerSettings, topic: string, group: string): Promise<void>;
}
