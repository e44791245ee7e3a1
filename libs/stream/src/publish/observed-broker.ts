import type { StreamPublisher } from '../ports/stream';
import type { StreamBroker } from '../ports/stream-broker';

/** Who looks on at publishing: metrics, traces. */
export interface PublishObserver {
  /**
   * Around a batch of messages, until the broker has acknowledged it.
   *
   * @param run sends it. What comes of it is to be returned, or thrown, as it is.
   */
  publish<T>(batch: { readonly topic: string; readonly messages: number }, run: () => Promise<T>): Promise<T>;
}

/** A broker whose publishers work before the eyes of an observer. */
export const observedBroker = (broker: StreamBroker, observer: PublishObserver): Required<StreamBroker> => ({
  publisher: (settings) => observedPublisher(broker.publisher(settings), observer),
  consumer: (settings) => broker.consumer(settings),
  explain: (error, settings) => broker.explain(error, settings),
  transport: broker.transport,
});

// All of its members, those that may be absent included: what is not passed on here does not compile.
const observedPublisher = (publisher: StreamPublisher, observer: PublishObserver): Required<StreamPublisher> => ({
  ensureTopic: (topic) => publisher.ensureTopic(topic),
  claim: (topic) => publisher.claim(topic),
  publish: (topic, messages) =>
    observer.publish({ topic, messages: messages.length }, () => publisher.publish(topic, messages)),
  deleteTopic: (topic) => publisher.deleteTopic(topic),
  close: () => publisher.close(),
});
