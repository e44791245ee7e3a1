import type { BrokerSettings, PublishedStream, StreamView, Succession } from '@tidelock/stream';
import type { Credentials, Role } from '../membership/role-store';

/** A later epoch was found in the topic, or is there no more. */
export type OnSuccession = (succession: Succession | undefined) => void;

/** What publishing needs. `SetStreams` opens it. */
export type PublishOrder = {
  readonly role: Role;
  readonly credentials: Credentials;
  readonly broker: BrokerSettings;
} & (WholeStream | FilterStream);

interface WholeStream {
  readonly filtered?: undefined;
  readonly onSuccession: OnSuccession;
  /** Index behind which journal rows are kept although they are published. */
  readonly keepAfter: () => number;
}

/** Nobody takes it over: it ends with its primary's reign. */
interface FilterStream {
  readonly filtered: { readonly view: StreamView; readonly keys: readonly string[] };
  readonly onSuccession?: undefined;
  readonly keepAfter?: undefined;
}

export type OpenStream = (order: PublishOrder) => PublishedStream;
