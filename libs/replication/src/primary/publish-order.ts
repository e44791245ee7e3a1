import type { BrokerSettings, PublishedStream, StreamView, Succession } from '@tidelock/stream';
import type { Credentials, Role } from '../membership/role-store';

/** What publishing needs. `SetStreams` opens it. */
export interface PublishOrder {
  readonly role: Role;
  readonly credentials: Credentials;
  readonly broker: BrokerSettings;
  /** A later epoch was found in the topic, or is there no more. */
  readonly onSuccession: (succession: Succession | undefined) => void;
  /** Index behind which journal rows are kept although they are published. */
  readonly keepAfter: () => number;
  /** The stream of a paths filter with its keys; absent = the full stream. */
  readonly filtered?: { readonly view: StreamView; readonly keys: readonly string[] };
}

export type OpenStream = (order: PublishOrder) => PublishedStream;
