import { compactDecrypt, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { Kafka, logLevel } from 'kafkajs';
import type { Credentials } from '@tidelock/replication/testing';
import { decodeHeader, decodeKeyRotated, openMessage, StreamKeyring } from '@tidelock/stream';
import { Api, eventually } from '../harness/api';
import type { Cluster } from '../harness/cluster';
import {
  type BarrierKeys,
  barrierKeysHeldBy,
  forgedBatchToken,
  readableWith,
  secretsHeldBy,
} from '../harness/held-secrets';
import { Liar } from '../harness/liar';
import { ReplicationSet } from '../harness/replication-set';
import { KAFKA } from '../harness/services';
import { rawMessages, topicOf } from '../harness/topic';
import { WriteLoad } from '../harness/write-load';

// P10: a revoked secondary reads nothing more, and nobody else notices.
describe('revoking a secondary', () => {
  let set: ReplicationSet;
  let stays: Cluster;
  let away: Cluster;
  let goes: Cluster;
  let setId: string;
  /** Who has a copy of another member's files, from before the revocation. */
  let thief: Liar;

  beforeAll(async () => {
    set = await ReplicationSet.start({ suite: 'revoke', secondaries: ['stays', 'away', 'goes'] });
    [stays, away, goes] = set.secondaries as [Cluster, Cluster, Cluster];
    setId = (await set.primary.status()).cluster_id;
    await set.primary.root.must('POST', 'sys/mounts/kv', { type: 'kv' });
    await goes.untilInStepWith(set.primary);
    for (const secondary of set.secondaries) await secondary.generateRoot();
  }, 120_000);
  afterAll(() => set.stop());

  const expectSameData = async (secondary: Cluster, load: WriteLoad) => {
    for (const [path, value] of [...load.acknowledged].slice(-40)) {
      for (const { root } of [set.primary, secondary])
        expect((await root.get(`kv/${path}`)).body?.data).toEqual({ value });
    }
  };

  const opened = (value: Buffer, held: readonly string[]) => {
    try {
      const ring = new StreamKeyring(held);
      return openMessage(value, setId, (id, index) => ring.opening(id, index));
    } catch {
      return undefined;
    }
  };

  const batchTokenOf = async ({ root }: Cluster): Promise<string> =>
    (await root.must('POST', 'auth/token/create', { type: 'batch', no_parent: true, policies: ['default'], ttl: '1h' }))
      .auth.client_token as string;
  const statusOf = async (token: string, { server }: Cluster): Promise<number> =>
    (await new Api(server.address, token).get('auth/token/lookup-self')).status;
  const statuses = (token: string, clusters: readonly Cluster[]) =>
    Promise.all(clusters.map((cluster) => statusOf(token, cluster)));
  const untilSharedBy = (clusters: readonly Cluster[]) =>
    eventually('the key of the batch tokens to arrive', async () => {
      const found = await Promise.all(clusters.map(async (cluster) => statuses(await batchTokenOf(cluster), clusters)));
      return found.flat().every((status) => status === 200);
    });

  const opensWith = async (jwe: string, key: JWK) =>
    compactDecrypt(jwe, await importJWK(key, 'ECDH-ES+A256KW')).then(
      () => true,
      () => false,
    );

  it('shuts it out of everything written later, under load, while the others go on without a gap', async () => {
    const load = new WriteLoad(set.primary.root, 'kv');
    await load.more(100);
    await untilSharedBy([set.primary, stays, away, goes]);
    const honest = await batchTokenOf(stays);
    const forged = await forgedBatchToken(goes, honest);
    for (const token of [honest, forged])
      expect(await statuses(token, [set.primary, stays, away])).toEqual([200, 200, 200]);
    thief = await Liar.inPlaceOf(stays);
    expect((await thief.call('dynamic-filter')).status).toBe(200);
    await away.server.stop();
    const before = await secretsHeldBy(goes);
    const { warnings } = await set.primary.root.must('POST', 'sys/replication/performance/primary/revoke-secondary', {
      id: 'goes',
    });
    expect(warnings).toEqual([
      expect.stringMatching(/sys\/rekey, then sys\/rotate.*All batch tokens of the set have ended/),
    ]);
    const { last_performance_wal: answeredAt, known_secondaries } = await set.primary.status();
    expect(known_secondaries).toEqual(['away', 'stays']);
    for (const token of [honest, forged]) expect(await statusOf(token, set.primary)).toBe(403);
    await load.more(200);
    await load.stop();

    await stays.untilInStepWith(set.primary);
    await expectSameData(stays, load);
    expect(await stays.status()).toMatchObject({ state: 'stream-wals', refused: { total: 0 } });
    expect(stays.server.log).not.toContain('has a gap');

    await away.restart();
    await away.untilInStepWith(set.primary);
    await expectSameData(away, load);
    expect(await away.status()).toMatchObject({ refused: { total: 0 } });

    await untilSharedBy([set.primary, stays, away]);
    const mintedThere = await batchTokenOf(goes);
    for (const token of [honest, forged, mintedThere])
      expect(await statuses(token, [set.primary, stays, away])).toEqual([403, 403, 403]);

    await eventually(
      'the revoked one to be cut off',
      async () => (await goes.status()).connection_state === 'transient_failure',
    );
    await proveThatNothingOpens(before, answeredAt);
  }, 120_000);

  async function proveThatNothingOpens(before: Credentials, answeredAt: number): Promise<void> {
    await goes.server.stop();
    const after = await secretsHeldBy(goes);
    const held = [...before.streamKeys, ...after.streamKeys];
    const messages = (await rawMessages(set)).map((value) => ({
      ...decodeHeader(value).header,
      opened: opened(value, held),
    }));
    const rotation = messages.find(({ kind }) => kind === 'key-rotated');
    const rotatedAt = rotation?.index ?? Infinity;
    expect(rotatedAt).toBeLessThanOrEqual(answeredAt);
    // The keys are the right ones: they open all that came before, the announcement included.
    expect(
      messages.filter(({ index }) => index <= rotatedAt && index > 1).every(({ opened }) => opened !== undefined),
    ).toBe(true);
    const later = messages.filter(({ index }) => index > rotatedAt);
    expect(later.length).toBeGreaterThan(100);
    expect(later.filter(({ opened }) => opened !== undefined)).toEqual([]);
    const { recipients } = decodeKeyRotated(rotation?.opened?.body as Buffer);
    expect(recipients.map(({ id }) => id)).toEqual(['away', 'stays']);
    for (const { jwe } of recipients) expect(await opensWith(jwe, after.rotationPrivateKey as JWK)).toBe(false);
  }

  it('gives a secondary the new key by the primary, when the announcement is gone from the broker', async () => {
    const admin = new Kafka({ clientId: 'test', brokers: KAFKA.split(','), logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const load = new WriteLoad(set.primary.root, 'kv');
    await away.server.stop();
    const { data } = await set.primary.root.must('POST', 'sys/replication/performance/primary/rotate-stream-key', {});
    expect(data).toEqual({
      stream: 'full',
      key_id: expect.stringMatching(/^[0-9a-f]{8}$/) as string,
      wal: expect.any(Number) as number,
    });
    await load.more(20);
    const topic = await topicOf(set);
    const [partition] = await eventually(
      'the announcement to be published',
      async () => (await set.primary.status()).stream.publishedIndex > data.wal && admin.fetchTopicOffsets(topic),
    );
    await admin.deleteTopicRecords({
      topic,
      partitions: [{ partition: 0, offset: (partition as { high: string }).high }],
    });
    await admin.disconnect();
    await away.restart();
    await load.more(20);
    await load.stop();
    for (const secondary of [stays, away]) {
      await secondary.untilInStepWith(set.primary);
      await expectSameData(secondary, load);
    }
    // By the stream again, not by comparing.
    await set.primary.root.must('POST', 'kv/last', { value: 'streamed' });
    await eventually(
      'the last write to arrive',
      async () => (await away.root.get('kv/last')).body?.data?.value === 'streamed',
    );
    expect(await away.status()).toMatchObject({ state: 'stream-wals', refused: { total: 0 } });
  }, 120_000);

  const question = async () => {
    const { publicKey } = await generateKeyPair('ECDH-ES+A256KW', { crv: 'P-256', extractable: true });
    return { publicKey: await exportJWK(publicKey) };
  };
  const certificateIn = ({ identity }: Credentials) => JSON.stringify(identity.certificate).slice(1, -1);

  it('leaves the revoked one, and a thief, nothing of what is written after a rekey and a rotation, and the others everything', async () => {
    const stolen: BarrierKeys = await barrierKeysHeldBy(goes);
    const write = (key: string, value: string) => set.primary.root.must('POST', `kv/${key}`, { value });
    await write('warned', 'written before the rekey');
    // What the answer to the revocation warns of.
    expect(await readableWith(stolen, set.primary)).toContain('written before the rekey');
    // Of another member's files: the copy from before the revocation is worth nothing by now, a new one is.
    await eventually(
      'the stolen certificate to be refused',
      async () => (await thief.call('set-keys', await question())).status === 502,
    );
    const lateThief = await Liar.inPlaceOf(stays);
    expect(await readableWith(stolen, stays)).toContain(certificateIn(await secretsHeldBy(stays)));
    expect((await lateThief.call('set-keys', await question())).status).toBe(200);

    await away.server.stop();
    const { nonce } = await set.primary.root.must('PUT', 'sys/rekey/init', { secret_shares: 1, secret_threshold: 1 });
    let done: { keys_base64: string[] } | undefined;
    for (const key of set.primary.keys.slice(0, set.primary.threshold))
      done = await set.primary.root.must('PUT', 'sys/rekey/update', { key, nonce });
    const keys = done?.keys_base64 as string[];
    await set.primary.root.must('PUT', 'sys/rotate');
    await write('safe', 'written after the rotation');
    await stays.untilInStepWith(set.primary);
    await eventually('the new root key to arrive', async () => (await stays.root.get('kv/safe')).status === 200);
    await stays.root.must('POST', 'cubbyhole/mine', { value: 'written after the rotation' });
    // It had to have another certificate to be given the new root key.
    for (const liar of [thief, lateThief])
      for (const call of ['set-keys', 'renew-certificate', 'stream-keys', 'merkle-scan'])
        expect((await liar.call(call, await question())).status).toBe(502);

    // Its own store has the old seal still; the primary gives it the new root key once it is up.
    await away.restart();
    await away.untilInStepWith(set.primary);
    await eventually('the new root key to arrive', async () => (await away.root.get('kv/safe')).status === 200);
    for (const cluster of [set.primary, stays, away]) {
      const read = await readableWith(stolen, cluster);
      expect(read).toContain('written before the rekey');
      expect(read).not.toContain('written after the rotation');
    }

    for (const cluster of [set.primary, stays, away]) {
      Object.assign(cluster, { keys, threshold: 1 });
      await cluster.server.kill();
      await cluster.restart();
    }
    for (const secondary of [stays, away]) {
      await secondary.untilStreaming();
      for (const key of ['warned', 'safe']) expect((await secondary.root.get(`kv/${key}`)).status).toBe(200);
    }
    const { term } = (await set.primary.root.must('GET', 'sys/key-status')).data;
    const held = await eventually('a certificate under the new key', async () => {
      const now = await secretsHeldBy(stays);
      return now.identity.term === term && now;
    });
    expect(await readableWith(stolen, stays)).not.toContain(certificateIn(held));
    await write('later', 'by all');
    for (const secondary of [stays, away]) {
      await secondary.untilInStepWith(set.primary);
      expect((await secondary.root.get('kv/later')).body.data).toEqual({ value: 'by all' });
    }
  }, 180_000);

  it('gives the key of batch tokens to no secondary that is believed less than everything, and keeps it over a promotion', async () => {
    await untilSharedBy([set.primary, stays, away]);
    const before = await batchTokenOf(stays);
    await set.primary.root.must('POST', 'sys/replication/performance/primary/paths-filter/stays', {
      mode: 'deny',
      paths: ['kv/'],
    });
    expect(await statusOf(before, set.primary)).toBe(403);
    await stays.untilInStepAs('stays', set.primary);
    await untilSharedBy([set.primary, away]);
    expect(await statuses(before, [set.primary, stays, away])).toEqual([403, 403, 403]);
    const [ofSet, ofStays] = [await batchTokenOf(set.primary), await batchTokenOf(stays)];
    const expectKept = async () => {
      expect(await statuses(ofSet, [set.primary, stays, away])).toEqual([200, 403, 200]);
      expect(await statuses(ofStays, [set.primary, stays, away])).toEqual([403, 200, 403]);
    };
    await expectKept();

    for (const cluster of [set.primary, stays, away]) {
      await cluster.server.kill();
      await cluster.restart();
    }
    await expectKept();

    await away.untilInStepWith(set.primary);
    await set.primary.demote();
    await away.promote();
    await expectKept();
    expect(await statuses(await batchTokenOf(away), [set.primary, stays, away])).toEqual([200, 403, 200]);
  }, 180_000);
});
