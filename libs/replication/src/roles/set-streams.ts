import type { Clock, Logger } from '@tidelock/kernel';
import { decodeMutation, type Outbox, type Store } from '@tidelock/store';
import {
  Applier,
  type BrokerSettings,
  type FollowedStream,
  type FollowerParts,
  FULL_STREAM,
  type PublishedStream,
  Publisher,
  readerGroup,
  type StreamBroker,
  StreamFollower,
  StreamKeyring,
  streamTopic,
} from '@tidelock/stream';
import { successors } from '../set-members/member-records';
import { signerOf } from '../membership/own-member';
import { keysOf, readCredentials } from '../membership/role-store';
import { RemoteMerklePeer } from '../merkle/merkle-calls';
import type { BrokerAccess } from './promotion';
import type { PublishOrder } from '../primary/publish-order';
import type { FollowOrder } from '../secondary/secondary-role';

export interface SetStreamsParts {
  readonly store: FollowerParts['store'] & Pick<Store, 'begin' | 'onCommit'> & Pick<Outbox, 'journal' | 'epoch'>;
  readonly broker: StreamBroker;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** For the primary's answer to a call of a comparison. */
const MERKLE_MS = 30_000;

/** The streams of a set over a broker: what a primary publishes, and what a secondary follows. */
export class SetStreams {
  constructor(private readonly parts: SetStreamsParts) {}

  readonly openStream = ({ role, credentials, broker: settings, ...order }: PublishOrder): PublishedStream => {
    const { store, clock, logger, broker } = this.parts;
    const { onSuccession, keepAfter = () => 0, filtered } = order;
    const name = filtered?.view.name;
    const succession = onSuccession && {
      consumer: broker.consumer(settings),
      onChange: onSuccession,
      successors: () => successors(store.replicated),
    };
    return new Publisher({
      store,
      stream: broker.publisher(settings),
      identity: {
        set: role.setId,
        topic: streamTopic(settings, role.setId, name),
        keys: new StreamKeyring(filtered?.keys ?? credentials.streamKeys),
        storedKeys: async () => keysOf(await readCredentials(store.local), name ?? FULL_STREAM),
        signer: signerOf(credentials),
        ...(filtered && { view: filtered.view }),
      },
      ...(succession && { succession }),
      keepAfter,
      clock,
      logger,
      explain: (error) => broker.explain(error, settings),
    });
  };

  /** For a promotion, which takes a topic over that it follows. */
  readonly openBroker = (settings: BrokerSettings): BrokerAccess => {
    const { broker } = this.parts;
    return {
      publisher: broker.publisher(settings),
      consumer: broker.consumer(settings),
      explain: (error) => broker.explain(error, settings),
    };
  };

  readonly openFollower = ({ role, credentials, broker: settings, ...order }: FollowOrder): FollowedStream => {
    const { store, clock, logger, broker } = this.parts;
    const { link, keys, effects, onBootstrapped } = order;
    const applier = new Applier({
      store,
      set: role.setId,
      stream: credentials.stream ?? FULL_STREAM,
      keys: keys.ring,
      reigns: keys.reigns,
      decode: decodeMutation,
      clock,
      logger,
      effect: effects.ofMessage,
      onUnknownKey: () => keys.refreshForUnknown(),
    });
    applier.on('applied', ({ index, messages }) => {
      keys.passed(index);
      link.applied(messages);
    });
    return new StreamFollower({
      store,
      transport: broker.transport,
      consumer: broker.consumer(settings),
      applier,
      peer: new RemoteMerklePeer((name, body) => link.call(name, body, { timeoutMilliseconds: MERKLE_MS })),
      topic: streamTopic(settings, role.setId, credentials.stream),
      group: readerGroup(settings, role.setId, role.secondaryId),
      clock,
      logger,
      onCaughtUp: onBootstrapped,
      effect: effects.ofSync,
      refreshKeys: () => keys.refresh(),
    });
  };
}
