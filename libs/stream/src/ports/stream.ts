/** Where the settings say nothing: a week. */
export const DEFAULT_RETENTION_MS = 7 * 24 * 3600 * 1000;

/** How to reach the broker, and what topics made there are like. */
export interface BrokerSettings {
  readonly brokers: readonly string[];
  /** Every topic and group is named `<topicPrefix>.<set id>.…`. */
  readonly topicPrefix: string;
  /** Copies of each topic; absent = the broker's default. */
  readonly replicationFactor?: number;
  /** How long the broker keeps messages, ms; absent = 7 days. A replica away for longer merkle-syncs. */
  readonly retentionMs?: number;
  readonly tls?: BrokerTls;
  readonly sasl?: BrokerSasl;
  /** What a primary gives secondaries that configure no broker of their own, in the place of its own credentials. */
  readonly secondary?: { readonly sasl: BrokerSasl };
}

export interface BrokerTls {
  /** PEM texts. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
  /** Accept any certificate of the broker. */
  readonly insecure?: boolean;
}

export interface BrokerSasl {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

/** Largest message a topic takes, bytes: a Vault request body may have 32 MiB. */
export const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** Most messages of one request that a reader takes. This publisher sends fewer. */
export const MOST_MESSAGES_TAKEN = 1000;

/** The primary's side: appends to a topic of one partition. */
export interface StreamPublisher {
  /** Makes the topic if it is missing. Safe to repeat. */
  ensureTopic(topic: string): Promise<void>;
  /**
   * Takes the topic over: once this publisher has published there, the broker refuses whoever had it before. `publish` does it
   * by itself where it has not been done.
   */
  claim(topic: string): Promise<void>;
  /**
   * Appends all messages in order, as one request that is acknowledged by all in-sync copies. One call at a time, of at most
   * `MOST_MESSAGES_TAKEN`: readers take more for somebody else's.
   * After a failure the messages may be in the topic or not: send them again, readers drop the second copy.
   *
   * @returns the broker's offset of the last message; `""` when the broker did not tell.
   * @throws {StreamFencedError} when another publisher has taken the topic over; the next call takes it back.
   */
  publish(topic: string, messages: readonly Buffer[]): Promise<{ lastOffset: string }>;
  /** Also after `close`. A topic that is not there is no error. */
  deleteTopic(topic: string): Promise<void>;
  /** Interrupts what is under way. */
  close(): Promise<void>;
}

export interface StreamMessage {
  /** The broker's number of the message: decimal digits, rising within a topic. */
  readonly offset: string;
  /** Of a message that was not read: empty. */
  readonly value: Buffer;
  /**
   * Set where the broker holds what no `StreamPublisher` writes: it was not read, and stands for all from this offset to `offset`. Like any
   * forgery it is to be counted and passed over; together all messages cover the topic's offsets without a hole.
   */
  readonly unreadFrom?: string;
}

export interface StreamBatch {
  readonly topic: string;
  readonly messages: readonly StreamMessage[];
  /** Tells the broker that a long batch is still being worked on. */
  heartbeat(): Promise<void>;
}

export interface StreamRequest {
  readonly topic: string;
  /** Beginning of the reader's name towards the broker: unique per secondary. */
  readonly group: string;
  /** First offset wanted. */
  readonly from: string | 'beginning';
  /** Batches come one at a time and in order. When it rejects, the same batch comes again after a pause. */
  readonly onBatch: (batch: StreamBatch) => Promise<void>;
  /**
   * The broker no longer has, or does not yet have, the offset wanted: retention overtook the reader, or the topic was
   * made anew. Told once; nothing is delivered afterwards. Never a silent jump.
   */
  readonly onOffsetOutOfRange?: (facts: OffsetOutOfRange) => void;
  /** Why the broker could not be read just now, for people; `undefined` when it is read (again). Told as often as it is found. */
  readonly onTrouble?: (reason: string | undefined) => void;
}

export interface OffsetOutOfRange {
  readonly wanted: string;
  /** First offset that the broker has. */
  readonly low: string;
  /** The offset that its next message will get. */
  readonly high: string;
}

/** One reader's place in a topic. */
export interface StreamSubscription {
  /** Resolves when no batch is being handled any more. */
  close(): Promise<void>;
}

/** The secondary's side. */
export interface StreamConsumer {
  /** Resolves at once: connecting, and connecting again, goes on in the background until the subscription is closed. */
  subscribe(request: StreamRequest): Promise<StreamSubscription>;
  /** Has a subscription that hangs without a word connect again. To be called every few seconds while there is one that lasts. */
  watch(): Promise<void>;
  /** The offset that the topic's next message will get. */
  highWatermark(topic: string): Promise<string>;
  /** Whether there is nothing to read: nothing was ever written, or all of it was cut off. */
  isEmpty(topic: string): Promise<boolean>;
  close(): Promise<void>;
}
