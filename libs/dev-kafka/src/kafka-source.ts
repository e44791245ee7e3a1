/** Environment variables, as `process.env` has them. */
export type Env = Readonly<Record<string, string | undefined>>;

/** A broker that somebody else runs. */
interface ExternalKafka {
  readonly kind: 'external';
  /** `host:port,host:port`. */
  readonly brokers: string;
}

/** Apache Kafka's jars and a Java that runs them. */
export interface LocalKafka {
  readonly kind: 'local';
  readonly java: string;
  /** For `java -cp`. */
  readonly classpath: string;
}

export type KafkaSource = ExternalKafka | LocalKafka;
