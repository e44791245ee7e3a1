import type { BrokerSettings, PublishedStream, StreamView, Succession } from '@tidelock/stream';
import type { Credentials, Role } from '../membership/role-store';

/** A later epoch was found in the topic, or is there no more. */
export type OnSuccession = (succession: Succession | undefined) => void;

/** What publishing needs. `SetStreams` opens it. */
export interface PublishOrder {
  readonly role: Role;
  readonly credentials: Credentials;
  readonly broker: BrokerSettings;
  /** Absent for a filter's stream: nobody takes that over, it ends with its primary's reign. */
  readonly onSuccession?: OnSuccession;
  /** Index behind which journal rows are kept although they are published; absent: all of them. */
  readonly keepAfter?: () => number;
  /** The stream of a paths filter with its keys; absent = the full stream. */
  readonly filtered?: { readonly view: StreamView; readonly keys: readonly string[] };
}

export type OpenStream = (order: PublishOrder) => PublishedStream;
