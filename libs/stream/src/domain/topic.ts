/** How a set's topics and groups are named at the broker (`BrokerSettings`). */
interface TopicNames {
  readonly topicPrefix: string;
}

/** The topic of a set's full stream, `<prefix>.<set id>.stream`, or of a filter's, `….stream.<filter id>`. */
export const streamTopic = ({ topicPrefix }: TopicNames, setId: string, stream = FULL_STREAM): string =>
  `${topicPrefix}.${setId}.stream${stream === FULL_STREAM ? '' : `.${stream}`}`;

/** What the names of a secondary's consumer groups begin with: `<prefix>.<set id>.<secondary id>`. */
export const readerGroup = ({ topicPrefix }: TopicNames, setId: string, secondaryId: string): string =>
  `${topicPrefix}.${setId}.${secondaryId}`;

/** Name of the stream for unfiltered secondaries; the others are named by their filter's id. */
export const FULL_STREAM = 'full';
