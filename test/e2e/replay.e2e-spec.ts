import { begin, end } from '@tidelock/core/runtime/testing';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Barrier, generateRootKey } from '@tidelock/barrier';
import { silentLogger, systemClock } from '@tidelock/kernel';
import {
  Applier,
  FULL_STREAM,
  newSigningKey,
  newStreamKey,
  Publisher,
  ReignSigner,
  StreamKeyring,
} from '@tidelock/stream';
import { KafkaStreamPublisher } from '@tidelock/stream/kafka/testing';
import { decodeMutation, openStore, type ClusterStore, type StoreLocation } from '@tidelock/store';
import fc from 'fast-check';
import { eventually } from '../harness/api';
import { KAFKA, newTopicPrefix, POSTGRES, STORAGES } from '../harness/services';
import { readTopic } from '../harness/topic';

const SET = 'a5f0c1de-0000-4000-8000-000000000001';
const GENESIS = { epoch: 1, index: 0, digest: Buffer.alloc(32), brokerOffset: '' };

// P1: replicated state is a fold over mutations. The whole stream, read from a real Kafka, replayed into an empty store,
// gives the primary's merkle root, whatever the batches and whatever the database.
describe.each(STORAGES)('replaying the whole stream into an empty store on %s', (storage) => {
  const barrier = new Barrier();
  const stores: ClusterStore[] = [];
  let made = 0;

  async function open(): Promise<ClusterStore> {
    made += 1;
    const location: StoreLocation =
      storage === 'sqlite'
        ? { kind: 'sqlite', path: join(mkdtempSync(join(tmpdir(), 'tidelock-replay-')), 'tidelock.db') }
        : { kind: 'postgresql', connectionUrl: POSTGRES, schema: `replay_${process.pid}_${made}` };
    const store = await openStore(location, barrier, { logger: silentLogger });
    stores.push(store);
    return store;
  }

  beforeAll(() => {
    const rootKey = generateRootKey();
    barrier.unseal(rootKey, Barrier.newKeyring(rootKey, Date.now()));
  });
  afterAll(() => Promise.all(stores.map((store) => store.close())));

  it('gives the same merkle root', async () => {
    const topic = `${newTopicPrefix('replay')}.${SET}.stream`;
    const keys = [newStreamKey()];
    const signer = new ReignSigner({ member: newSigningKey(), reign: newSigningKey() }, 1);
    const reigns = { of: () => signer.reignKey, mayBegin: async () => false, begin: async () => {} };
    const primary = await open();
    primary.useEpoch(1);
    primary.journal.enable();
    const stream = new KafkaStreamPublisher({ brokers: KAFKA.split(','), topicPrefix: 'replay' }, silentLogger);
    const identity = { set: SET, topic, keys: new StreamKeyring(keys), signer };
    const publisher = new Publisher({ store: primary, stream, identity, clock: systemClock, logger: silentLogger });
    await begin(publisher);
    const change = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.option(fc.string({ maxLength: 200 }), { freq: 5 }));
    for (const mutation of fc.sample(fc.array(change, { minLength: 1, maxLength: 4 }), { seed: 7, numRuns: 400 })) {
      const unit = primary.begin();
      for (const [key, value] of mutation) {
        if (value === null) unit.replicated.delete(`entry/m/${key}`);
        else unit.replicated.put(`entry/m/${key}`, Buffer.from(value));
      }
      await unit.commit();
    }
    await eventually(
      'everything to be published',
      async () => publisher.position().index === primary.position().replicatedIndex,
    );
    await end(publisher);

    const messages = await readTopic(topic);
    for (const size of [1, 7, messages.length]) {
      const replica = await open();
      await replica.moveTo(GENESIS);
      const applier = new Applier({
        store: replica,
        set: SET,
        stream: FULL_STREAM,
        reigns,
        keys: new StreamKeyring(keys),
        decode: decodeMutation,
        clock: systemClock,
        logger: silentLogger,
      });
      for (let at = 0; at < messages.length; at += size) {
        expect(await applier.applyBatch(messages.slice(at, at + size))).toBe('applied');
      }
      expect(replica.position().replicatedIndex).toBe(primary.position().replicatedIndex);
      expect(replica.merkle.root()).toBe(primary.merkle.root());
    }
  });
});
