import type { Consumer } from 'kafkajs';
import { eventually } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { SecuredKafka } from '../harness/secured-kafka';
import { newTopicPrefix } from '../harness/services';

// Kafka by TLS and SCRAM, a user for each cluster, and for each secondary the rights to follow its stream and nothing else.
describe('a set over a secured Kafka', () => {
  const users = ['primary', 'us-east', 'reader', 'modest', 'eu-west', 'west', 'stranger'];
  const prefix = newTopicPrefix('secured');
  const clusters: Cluster[] = [];
  let kafka: SecuredKafka;
  let primary: Cluster;
  /** Comes as a user of its own. */
  let east: Cluster;
  /** Has no broker stanza: uses what its activation carries. */
  let south: Cluster;
  let topic: string;

  const started = async (broker: string): Promise<Cluster> => {
    const cluster = await Cluster.start({ kafka: '', topicPrefix: '', storage: 'sqlite', broker });
    clusters.push(cluster);
    return cluster;
  };
  const write = (key: string, value: string, at = primary) => at.root.must('POST', `kv/${key}`, { value });
  const read = async (key: string, at: Cluster) => (await at.root.get(`kv/${key}`)).body?.data?.value;
  const expectEqual = async (secondary: Cluster, of: Cluster, keys: readonly string[]): Promise<void> => {
    await secondary.untilInStepWith(of);
    for (const key of keys) expect(await read(key, secondary)).toBe(await read(key, of));
  };
  const tokenFor = (id: string, at = primary) =>
    at.root.must('POST', 'sys/replication/performance/primary/secondary-token', { id });
  const activate = async (joiner: Cluster, id: string, at = primary): Promise<void> => {
    await joiner.root.must('POST', 'sys/replication/performance/secondary/enable', {
      token: (await tokenFor(id, at)).wrap_info.token,
    });
    joiner.adoptKeysOf(at);
  };
  const untilAcls = (id: string, state: string, at = primary) =>
    eventually(`the ACLs of ${id} to be ${state}`, async () => {
      const acls = (await at.status()).kafka_acls[id];
      return acls?.state === state && acls;
    });
  const untilTrouble = (at: Cluster, text: string) =>
    eventually(`the trouble "${text}"`, async () => {
      const { stream } = await at.status();
      return stream?.lastError?.includes(text) && stream;
    });

  beforeAll(async () => {
    kafka = await SecuredKafka.start(users);
    await kafka.allowPrimary('primary', prefix);
    primary = await started(kafka.stanza(prefix, 'primary', { more: `secondary { ${kafka.sasl('reader')} }` }));
    await primary.enablePrimary();
    await primary.root.must('POST', 'sys/mounts/kv', { type: 'kv' });
    await write('first', 'before anybody joined');
    topic = `${prefix}.${(await primary.status()).cluster_id}.stream`;
    [east, south] = [await started(kafka.stanza(prefix, 'us-east')), await started('')];
    for (const [cluster, id] of [
      [east, 'us-east'],
      [south, 'south'],
    ] as const) {
      await activate(cluster, id);
      await cluster.untilStreaming();
      await cluster.generateRoot();
    }
  }, 180_000);
  afterAll(async () => {
    await Promise.all(clusters.map(({ server }) => server.stop()));
    await kafka.stop();
  }, 60_000);

  it('replicates, to a secondary with a user of its own and to one that was given a user', async () => {
    await write('second', 'streamed');
    for (const secondary of [east, south]) {
      await expectEqual(secondary, primary, ['first', 'second']);
      expect((await secondary.status()).stream).toEqual({ brokerUp: true });
    }
    await write('third', 'forwarded', east);
    await expectEqual(south, primary, ['third']);
    expect(await read('third', south)).toBe('forwarded');
  });

  it('has given each the rights to follow its stream, and no other', async () => {
    const group = topic.replace(/stream$/, '');
    for (const [id, user] of [
      ['us-east', 'us-east'],
      ['south', 'reader'],
    ] as const) {
      expect(await untilAcls(id, 'created')).toEqual({ state: 'created', principal: `User:${user}`, commands: [] });
      expect(await kafka.rightsOf(user)).toEqual([
        `DESCRIBE TOPIC ${topic}`,
        `READ GROUP ${group}${id}.*`,
        `READ TOPIC ${topic}`,
      ]);
    }
  });

  describe("lets a secondary's user", () => {
    const refusals = async (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => 'allowed',
        (error: { message: string; errors?: { message: string }[] }) => error.errors?.[0]?.message ?? error.message,
      );
    const firstMessage = async (from: string, group: string): Promise<string> => {
      const consumer: Consumer = kafka
        .client('us-east')
        .consumer({ groupId: group, retry: { retries: 1, restartOnFailure: async () => false } });
      try {
        await consumer.connect();
        await consumer.subscribe({ topic: from, fromBeginning: true });
        return await new Promise<string>((resolve) => {
          consumer.on(consumer.events.CRASH, ({ payload }) => resolve(payload.error.message));
          void consumer.run({ autoCommit: false, eachMessage: async () => resolve('a message') });
        });
      } catch (error) {
        return (error as Error).message;
      } finally {
        await consumer.disconnect();
      }
    };

    it('read the stream under its own group names, and nothing under others', async () => {
      const group = topic.replace(/stream$/, 'us-east');
      expect(await firstMessage(topic, `${group}.test`)).toBe('a message');
      expect(await firstMessage(topic, `${group}-2.test`)).toMatch(/group coordinator|Not authorized/);
      await kafka.admin.createTopics({ topics: [{ topic: `${prefix}.other`, numPartitions: 1 }] });
      expect(await firstMessage(`${prefix}.other`, `${group}.test`)).toMatch(/Not authorized/);
    });

    it('not write to it, nor make, change or delete a topic', async () => {
      const producer = kafka.client('us-east').producer({ allowAutoTopicCreation: false });
      await producer.connect();
      expect(await refusals(producer.send({ topic, messages: [{ value: 'forged' }] }))).toMatch(/Not authorized/);
      await producer.disconnect();
      const admin = kafka.client('us-east').admin();
      await admin.connect();
      expect(await refusals(admin.createTopics({ topics: [{ topic: `${topic}.mine` }] }))).toMatch(/Not authorized/);
      expect(await refusals(admin.deleteTopics({ topics: [topic] }))).toMatch(/Not authorized/);
      expect(await refusals(admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '1' }] }))).not.toBe(
        'allowed',
      );
      await admin.disconnect();
      expect(await kafka.admin.listTopics()).not.toContain(`${topic}.mine`);
      await expectEqual(east, primary, ['first', 'second', 'third']);
    });
  });

  it('tells why Kafka refuses, on either side, and shows no password', async () => {
    const [joiner, other] = [
      await started(kafka.stanza(prefix, 'stranger', { password: 'guessed-1' })),
      await started(kafka.stanza(prefix, 'modest', { password: 'guessed-2' })),
    ];
    const refused = await joiner.root.post('sys/replication/performance/secondary/enable', {
      token: (await tokenFor('stranger')).wrap_info.token,
    });
    expect(refused).toMatchObject({
      status: 400,
      body: {
        errors: [expect.stringContaining('the broker refused the credentials of User:stranger (SCRAM-SHA-512)')],
      },
    });
    await other.enablePrimary();
    expect(
      await untilTrouble(other, 'the broker refused the credentials of User:modest (SCRAM-SHA-512)'),
    ).toMatchObject({ brokerUp: false });
    await other.root.must('POST', 'sys/mounts/kv', { type: 'kv' });
    expect((await other.status()).stream.pendingRows).toBeGreaterThan(0);
    await eventually('the log to tell', async () => other.server.log.includes('the broker refused the credentials'));
    const statuses = await Promise.all([primary, east, joiner, other].map((cluster) => cluster.status()));
    for (const { server } of [joiner, other]) await server.stop();
    const passwords = ['guessed-1', 'guessed-2', ...users.map((user) => kafka.passwordOf(user))];
    const shown = [...clusters.map(({ server }) => server.log), JSON.stringify(statuses), refused.text].join('\n');
    for (const password of passwords) expect(shown).not.toContain(password);
    await primary.root.must('POST', 'sys/replication/performance/primary/revoke-secondary', { id: 'stranger' });
    await eventually('its ACLs to go', async () => (await kafka.rightsOf('stranger')).length === 0);
    await expectEqual(east, primary, ['first', 'second', 'third']);
  }, 180_000);

  it('refuses a secondary that could not get in before anything of it is wiped', async () => {
    const without = await started(kafka.stanza(prefix, 'modest'));
    await kafka.allowPrimary('modest', prefix, { acls: false });
    await without.enablePrimary();
    const joiner = await started('');
    const { wrap_info: wrapped, warnings } = await tokenFor('nobody', without);
    expect(warnings[0]).toContain('secondary "nobody" needs a broker stanza');
    const answer = await joiner.root.post('sys/replication/performance/secondary/enable', { token: wrapped.token });
    expect(answer).toMatchObject({
      status: 400,
      body: { errors: [expect.stringContaining('the brokers want credentials')] },
    });
    expect((await joiner.root.get('sys/mounts')).status).toBe(200);
    for (const { server } of [joiner, without]) await server.stop();
  });

  it('takes the rights of a revoked secondary away, and of nobody else', async () => {
    await primary.root.must('POST', 'sys/replication/performance/primary/revoke-secondary', { id: 'us-east' });
    await eventually('its ACLs to go', async () => (await kafka.rightsOf('us-east')).length === 0);
    const admin = kafka.client('us-east').admin();
    await admin.connect();
    await expect(admin.fetchTopicOffsets(topic)).rejects.toThrow(/Not authorized/);
    await admin.disconnect();
    await untilTrouble(east, 'the broker does not allow User:us-east this');
    await eventually('it to be listed no more', async () => !('us-east' in (await primary.status()).kafka_acls));
    await write('fourth', 'after the revocation');
    await expectEqual(south, primary, ['first', 'second', 'third', 'fourth']);
    expect(await read('fourth', east)).toBeUndefined();
    expect(await read('third', east)).toBe('forwarded');
    await primary.root.must('POST', 'sys/replication/performance/primary/revoke-secondary', { id: 'south' });
    // The one that was given a user came as that one, not as the primary.
    await untilTrouble(south, 'the broker does not allow User:reader this');
    expect(await kafka.rightsOf('reader')).toEqual([]);
  }, 180_000);

  it('promotes a secondary whose user may publish, and none before', async () => {
    const west = await started(kafka.stanza(prefix, 'west', { more: `secondary { ${kafka.sasl('reader')} }` }));
    await activate(west, 'west');
    await west.untilStreaming();
    await west.generateRoot();
    await write('fifth', 'before the switch');
    await expectEqual(west, primary, ['fifth']);
    await primary.demote();
    expect(await west.root.post('sys/replication/performance/secondary/promote')).toMatchObject({
      status: 400,
      body: {
        errors: [
          expect.stringMatching(
            /^refusing to promote: the stream cannot be taken over: .*the broker does not allow User:west this/,
          ),
        ],
      },
    });
    expect(await west.status()).toMatchObject({ mode: 'secondary' });
    await kafka.allowPrimary('west', prefix);
    await west.promote();
    await write('sixth', 'of the new primary', west);
    await primary.follow(west, 'former-primary');
    expect(await untilAcls('former-primary', 'created', west)).toMatchObject({ principal: 'User:primary' });
    const lent = await started('');
    await activate(lent, 'lent', west);
    await lent.untilStreaming();
    await lent.generateRoot();
    for (const secondary of [primary, lent]) await expectEqual(secondary, west, ['fifth', 'sixth']);
  }, 180_000);

  it('works with a primary that may not manage ACLs, once an administrator has run what it printed', async () => {
    const [modest, joiner] = [
      await started(kafka.stanza(prefix, 'modest')),
      await started(kafka.stanza(prefix, 'eu-west')),
    ];
    await modest.enablePrimary();
    await modest.root.must('POST', 'sys/mounts/kv', { type: 'kv' });
    await write('own', 'of a modest primary', modest);
    await eventually('it to publish', async () => (await modest.status()).stream.brokerUp);
    const { wrap_info: wrapped, warnings } = await tokenFor('eu-west', modest);
    const printed: string[] = warnings.filter((text: string) => text.startsWith('kafka-acls.sh'));
    expect(printed).toHaveLength(2);
    expect(await kafka.rightsOf('eu-west')).toEqual([]);
    const early = await tokenFor('too-early', modest);
    expect(
      await joiner.root.post('sys/replication/performance/secondary/enable', { token: early.wrap_info.token }),
    ).toMatchObject({
      status: 400,
      body: {
        errors: [
          expect.stringMatching(/the broker does not allow User:eu-west this.*activation stopped at step "topic"/),
        ],
      },
    });
    await modest.root.must('POST', 'sys/replication/performance/primary/revoke-secondary', { id: 'too-early' });
    // The name at Kafka is the operator's to fill in: the primary does not know it before the secondary has come.
    for (const command of printed) await kafka.run(command.replace('<name of eu-west at Kafka>', 'eu-west'));
    await joiner.root.must('POST', 'sys/replication/performance/secondary/enable', { token: wrapped.token });
    joiner.adoptKeysOf(modest);
    expect(await untilAcls('eu-west', 'manual', modest)).toMatchObject({ principal: 'User:eu-west' });
    await joiner.untilStreaming();
    await joiner.generateRoot();
    await expectEqual(joiner, modest, ['own']);
    await modest.root.must('POST', 'sys/replication/performance/primary/revoke-secondary', { id: 'eu-west' });
    const removal = await eventually('the commands that remove its rights', async () => {
      const found: string[] = (await modest.status()).kafka_acls['eu-west']?.commands ?? [];
      return found.length > 0 && found.every((command) => command.includes('--remove')) && found;
    });
    for (const command of removal) await kafka.run(command);
    expect(await kafka.rightsOf('eu-west')).toEqual([]);
  }, 180_000);
});
