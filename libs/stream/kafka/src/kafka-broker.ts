import type { Logger } from '@tidelock/kernel';
import type { BrokerSettings, StreamBroker } from '@tidelock/stream';
import { brokerTrouble } from './broker-trouble';
import { KafkaBatchServer } from './kafka-batch-server';
import { KafkaStreamAccess } from './kafka-stream-access';
import { KafkaStreamConsumer } from './kafka-stream-consumer';
import { KafkaStreamProbe } from './kafka-stream-probe';
import { KafkaStreamPublisher } from './kafka-stream-publisher';

/** Kafka, with the Nest transport that brings a stream's batches to `StreamController`. */
export class KafkaBroker implements StreamBroker {
  /** To be connected to the application as a microservice. */
  readonly transport = new KafkaBatchServer();
  readonly access: KafkaStreamAccess;
  readonly probe: KafkaStreamProbe;

  constructor(private readonly logger: Logger) {
    this.access = new KafkaStreamAccess(logger);
    this.probe = new KafkaStreamProbe(logger);
  }

  publisher(settings: BrokerSettings): KafkaStreamPublisher {
    return new KafkaStreamPublisher(settings, this.logger);
  }

  consumer(settings: BrokerSettings): KafkaStreamConsumer {
    return new KafkaStreamConsumer(settings, this.logger);
  }

  explain(error: unknown, settings: BrokerSettings): string {
    return brokerTrouble(error, settings);
  }
}
