import type { BrokerSettings } from '../ports/stream';

/** The topic of a set's full stream: `<prefix>.<set id>.stream` (contract.md). */
export const streamTopic = ({ topicPrefix }: Pick<BrokerSettings, 'topicPrefix'>, setId: string): string => `${topicPrefix}.${setId}.stream`;
