import type { BrokerSettings } from '../ports/stream';

/** The topic of a set's full stream: `<prefix>.<set id>.stream` (contract.md). */
export const streamTopic = ({ topicPrefix }: Pick<BrokerSettings, 'topicPrefix'>, setId: string): string => `${topicPrefix}.${setId}.stream`;

/** What the names of a secondary's consumer groups begin with: `<prefix>.<set id>.<secondary id>`. */
export const readerGroup = ({ topicPrefix }: Pick<BrokerSettings, 'topicPrefix'>, setId: string, secondaryId: string): string =>
  `${topicPrefix}.${setId}.${secondaryId}`;
