import type { BrokerSettings } from './stream';

/** A secondary as the broker sees it. */
export interface StreamReader {
  /** The broker's name for who reads: `User:us-east`. */
  readonly principal: string;
  readonly topic: string;
  /** Its readers are named `<group>.…`. */
  readonly group: string;
}

/**
 * `created`: as wanted at the broker (rights that were to go are gone). `manual`: this cluster may not change rights there, an
 * administrator runs the commands. `not-needed`: the broker refuses nothing to anybody.
 */
export type AccessState = 'created' | 'manual' | 'not-needed';

export interface AccessOutcome {
  readonly state: AccessState;
  /** Shell commands; none unless `manual`. */
  readonly commands: readonly string[];
}

/** What a broker allows whom, as far as the one who reaches it so may say: a reader gets what following one stream takes, and nothing else. */
export interface StreamAccess {
  /** Under which name the broker knows who comes with these settings; `undefined` = under none. */
  principalOf(broker: BrokerSettings): string | undefined;
  /** What `allow` would come to. Changes nothing. */
  preview(broker: BrokerSettings, reader: StreamReader): Promise<AccessOutcome>;
  /** Safe to repeat. @throws when the broker does not answer. */
  allow(broker: BrokerSettings, reader: StreamReader): Promise<AccessOutcome>;
  /** Takes back what `allow` gave. @param keepTopic another reader has the same name and topic. */
  forbid(broker: BrokerSettings, reader: StreamReader, keepTopic: boolean): Promise<AccessOutcome>;
}
