import { FULL_STREAM } from './stream-name';
import type { BrokerSettings } from '../ports/stream';

/** The topic of a set's full stream, `<prefix>.<set id>.stream` (contract.md), or of a filter's, `….stream.<filter id>`. */
export const streamTopic = (
  { topicPrefix }: Pick<BrokerSettings, 'topicPrefix'>,
  setId: string,
  stream = FULL_STREAM,
): string => `${topicPrefix}.${setId}.stream${stream === FULL_STREAM ? '' : `.${stream}`}`;

/** What the names of a secondary's consumer groups begin with: `<prefix>.<set id>.<secondary id>`. */
export const readerGroup = (
  { topicPrefix }: Pick<BrokerSettings, 'topicPrefix'>,
  setId: string,
  secondaryId: string,
): string => `${topicPrefix}.${setId}.${secondaryId}`;
