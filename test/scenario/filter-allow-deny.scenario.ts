import { Kafka, logLevel } from 'kafkajs';
import { decodeHeader, openMessage, StreamKeyring } from '@tidelock/stream';
import { decodeMutation } from '@tidelock/store';
import { Api, eventually } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { NOT_FOUND, UUID } from '../harness/expectations';
import { recordsHeldBy, secretsHeldBy } from '../harness/held-secrets';
import { ReplicationSet } from '../harness/replication-set';
import { KAFKA } from '../harness/services';
import { readTopic, topicOf } from '../harness/topic';

const FILTERS = 'sys/replication/performance/primary/paths-filter';
const NO_ROUTE = (path: string) =>
  expect.objectContaining({
    status: 404,
    body: { errors: [expect.stringContaining(`no handler for route "${path}"`)] },
  }) as unknown;

// P7: a filtered mount's data never leaves the primary, in the first copy or later, however the secondary asks.
describe('secondaries with paths filters from the beginning', () => {
  let set: ReplicationSet;
  let [us, eu, ap]: Cluster[] = [];
  const uuids: Record<string, string> = {};

  beforeAll(async () => {
    set = await ReplicationSet.start({ suite: 'filter', secondaries: [] });
    const { root } = set.primary;
    for (const path of ['open', 'hidden', 'team/a']) await root.must('POST', `sys/mounts/${path}`, { type: 'kv' });
    for (const path of ['staff', 'partner']) {
      await root.must('POST', `sys/auth/${path}`, { type: 'userpass' });
      await root.must('POST', `auth/${path}/users/anna`, { password: 'pa55word', policies: 'default' });
    }
    const mounts = { ...(await root.must('GET', 'sys/mounts')).data, ...(await root.must('GET', 'sys/auth')).data };
    for (const [path, { uuid }] of Object.entries<{ uuid: string }>(mounts)) uuids[path] = uuid;
    await root.must('POST', 'sys/policies/acl/writer', {
      policy: 'path "*" { capabilities = ["create", "read", "update", "delete", "list", "sudo"] }',
    });
    for (const path of ['open/x', 'hidden/x', 'team/a/x']) await root.must('POST', path, { value: `of ${path}` });
    const allow = { paths: ['open', 'auth/staff/'] };
    const nobody = (id: string) => ({
      status: 200,
      body: {
        data: null,
        warnings: [`no secondary has the ID "${id}": the filter counts for the one that is given it later`],
      },
    });
    for (const id of ['us', 'eu']) expect(await root.post(`${FILTERS}/${id}`, allow)).toMatchObject(nobody(id));
    expect(
      await root.post(`${FILTERS}/ap`, { mode: 'deny', paths: ['hidden/', 'team/', 'auth/partner/'] }),
    ).toMatchObject(nobody('ap'));
    const { data } = await root.must('LIST', FILTERS);
    expect(data).toEqual({
      keys: ['ap', 'eu', 'us'],
      key_info: expect.objectContaining({ us: { mode: 'allow', paths: ['open/', 'auth/staff/'], forwarding: 'data' } }),
    });
    [us, eu, ap] = (await Promise.all(
      ['us', 'eu', 'ap'].map(async (id) => {
        const secondary = await Cluster.start({ kafka: KAFKA, topicPrefix: set.topicPrefix, storage: 'sqlite' });
        await secondary.join(set.primary, id);
        await secondary.generateRoot();
        return secondary;
      }),
    )) as [Cluster, Cluster, Cluster];
  }, 120_000);
  afterAll(async () => {
    await Promise.all([us, eu, ap].map((cluster) => cluster?.server.stop()));
    await set.stop();
  });

  const all = () =>
    [
      ['us', us],
      ['eu', eu],
      ['ap', ap],
    ] as [string, Cluster][];
  const writerAt = async (secondary: Cluster) =>
    new Api(
      secondary.server.address,
      (await secondary.root.must('POST', 'auth/token/create', { policies: ['writer'] })).auth.client_token,
    );
  const inStep = async () => Promise.all(all().map(([id, secondary]) => secondary.untilInStepAs(id, set.primary)));

  it('validates filters, and gives them back as they were set', async () => {
    const { root } = set.primary;
    expect((await root.get(`${FILTERS}/us`)).body.data).toEqual({
      mode: 'allow',
      paths: ['open/', 'auth/staff/'],
      forwarding: 'data',
    });
    expect((await root.get('sys/replication/primary/paths-filter/ap')).body.data).toEqual({
      mode: 'deny',
      paths: ['hidden/', 'team/', 'auth/partner/'],
      forwarding: 'data',
    });
    expect(await root.get(`${FILTERS}/nobody`)).toEqual(NOT_FOUND);
    expect(await root.post(`${FILTERS}/later`, { mode: 'whitelist', paths: ['open/'] })).toMatchObject({
      status: 400,
      body: { errors: ['mode must be one of "allow" or "deny"'] },
    });
    for (const path of ['sys/', 'identity', '/cubbyhole/', 'auth/token/', '', '/'])
      expect(await root.post(`${FILTERS}/later`, { paths: [path] })).toMatchObject({ status: 400 });
    expect(await root.post(`${FILTERS}/later`, {})).toMatchObject({
      status: 400,
      body: { errors: ['paths must be specified'] },
    });
    expect(await root.get(`${FILTERS}/later`)).toEqual(NOT_FOUND);
    expect((await root.get('sys/replication/performance/primary/dynamic-filter/ap')).body.data).toEqual({
      dynamic_filtered_mounts: ['team/a/'],
      dynamic_filtered_namespaces: [],
    });
    await eventually('the status to tell how much is kept back', async () => {
      const { secondaries } = await set.primary.status();
      return secondaries.some(
        (one: { node_id: string; hidden_mounts: number }) => one.node_id === 'ap' && one.hidden_mounts === 3,
      );
    });
    expect(
      (await (ap as Cluster).root.get('sys/replication/performance/secondary/dynamic-filter/ap')).body.data,
    ).toMatchObject({ dynamic_filtered_mounts: ['team/a/'] });
    expect(await (ap as Cluster).root.get('sys/replication/performance/secondary/dynamic-filter/us')).toEqual(
      NOT_FOUND,
    );
    expect(await (us as Cluster).root.post(`${FILTERS}/x`, { paths: ['open/'] })).toMatchObject({
      status: 400,
      body: { errors: ['performance replication primary mode is not enabled on this cluster'] },
    });
  });

  it('allow: gives only what is listed', async () => {
    await inStep();
    for (const secondary of [us, eu] as Cluster[]) {
      const { data: mounts } = await secondary.root.must('GET', 'sys/mounts');
      expect(Object.keys(mounts).sort()).toEqual(['cubbyhole/', 'identity/', 'open/', 'sys/']);
      expect(Object.keys((await secondary.root.must('GET', 'sys/auth')).data).sort()).toEqual(['staff/', 'token/']);
      expect((await secondary.root.get('open/x')).body.data).toEqual({ value: 'of open/x' });
      expect(await secondary.root.get('hidden/x')).toEqual(NO_ROUTE('hidden/x'));
      expect((await secondary.anonymous.post('auth/staff/login/anna', { password: 'pa55word' })).status).toBe(200);
      expect((await secondary.anonymous.post('auth/partner/login/anna', { password: 'pa55word' })).status).not.toBe(
        200,
      );
    }
  });

  it('deny: gives everything else, mounts that are made later included', async () => {
    const { root } = set.primary;
    for (const path of ['later', 'team/later']) await root.must('POST', `sys/mounts/${path}`, { type: 'kv' });
    for (const path of ['later/x', 'team/later/x', 'open/y', 'hidden/y'])
      await root.must('POST', path, { value: `of ${path}` });
    await inStep();
    const deny = ap as Cluster;
    expect(Object.keys((await deny.root.must('GET', 'sys/mounts')).data).sort()).toEqual([
      'cubbyhole/',
      'identity/',
      'later/',
      'open/',
      'sys/',
    ]);
    expect((await deny.root.get('later/x')).body.data).toEqual({ value: 'of later/x' });
    expect(await deny.root.get('team/later/x')).toEqual(NO_ROUTE('team/later/x'));
    expect(await (us as Cluster).root.get('later/x')).toEqual(NO_ROUTE('later/x'));
    expect((await (us as Cluster).root.get('open/y')).body.data).toEqual({ value: 'of open/y' });
  });

  it('takes a write through a secondary where it shows the mount, and refuses it as unknown where it does not', async () => {
    const secondary = us as Cluster;
    const writer = await writerAt(secondary);
    expect((await writer.post('open/forwarded', { value: 'through us' })).status).toBeLessThan(300);
    expect((await set.primary.root.get('open/forwarded')).body.data).toEqual({ value: 'through us' });
    expect(await writer.post('hidden/forwarded', { value: 'x' })).toEqual(NO_ROUTE('hidden/forwarded'));
    expect((await set.primary.root.get('hidden/forwarded')).status).toBe(404);
    // A local mount of its own is never hidden, whatever its path.
    await secondary.root.must('POST', 'sys/mounts/hidden', { type: 'kv', local: true });
    await secondary.root.must('POST', 'hidden/own', { value: 'mine' });
    expect((await secondary.root.get('hidden/own')).body.data).toEqual({ value: 'mine' });
  });

  it('is not believed to be root, nor given a say in who may do what, unless its level is all', async () => {
    const secondary = us as Cluster;
    const writer = await writerAt(secondary);
    const refuses = async (answer: Promise<unknown>, text: string) =>
      expect(await answer).toMatchObject({ status: 403, body: { errors: [expect.stringContaining(text)] } });
    await refuses(
      secondary.root.post('open/by-root', { value: 'x' }),
      'root of secondary "us" is not root here, for its forwarding level is "data"',
    );
    for (const [path, body] of [
      ['sys/policies/acl/more', { policy: 'path "x" { capabilities = ["read"] }' }],
      ['auth/staff/users/eve', { password: 'pa55word' }],
      ['auth/staff/users/anna/policies', { token_policies: 'writer' }],
    ] as const) {
      await refuses(writer.post(path, body), 'the forwarding level of secondary "us" is "data"');
    }
    await eventually('the level to be shown', async () => (await secondary.status()).forwarding === 'data');
    expect((await set.primary.status()).known_secondary_forwarding).toEqual({ ap: 'data', eu: 'data', us: 'data' });
    const { root } = set.primary;
    expect(
      (await root.must('POST', `${FILTERS}/us`, { paths: ['open', 'auth/staff/'], forwarding: 'all', dry_run: true }))
        .data.forwarding,
    ).toBe('all');
    expect(await root.post(`${FILTERS}/us`, { paths: ['open'], forwarding: 'some' })).toMatchObject({
      status: 400,
      body: { errors: ['forwarding must be one of "all" or "data"'] },
    });
    await root.must('POST', `${FILTERS}/us`, { paths: ['open', 'auth/staff/'], forwarding: 'all' });
    expect((await secondary.root.post('open/by-root', { value: 'x' })).status).toBeLessThan(300);
    expect((await writer.post('auth/staff/users/eve', { password: 'pa55word' })).status).toBeLessThan(300);
    await eventually('the level to be shown', async () => (await secondary.status()).forwarding === 'all');
    await root.must('POST', `${FILTERS}/us`, { paths: ['open', 'auth/staff/'], forwarding: 'data' });
    await refuses(secondary.root.post('open/by-root', { value: 'y' }), 'forwarding level');
  });

  it("publishes no hidden record, shares a stream between equal filters, and keeps the full stream's keys from all of them", async () => {
    const [forUs, forEu, forAp] = await inStep();
    expect(forEu).toBe(forUs);
    expect(forAp).not.toBe(forUs);
    const topic = await topicOf(set);
    const admin = new Kafka({ clientId: 'test', brokers: KAFKA.split(','), logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const topics = (await admin.listTopics()).filter((name) => name.startsWith(topic)).sort();
    await admin.disconnect();
    expect(topics).toEqual([topic, `${topic}.${forAp}`, `${topic}.${forUs}`].sort());

    const { streamKeys: fullKeys, filterStreamKeys = {} } = await secretsHeldBy(set.primary);
    const setId = (await set.primary.status()).cluster_id;
    for (const [id, secondary] of all()) {
      const stream = id === 'ap' ? forAp : forUs;
      const { streamKeys } = await secretsHeldBy(secondary);
      expect(streamKeys).toEqual(filterStreamKeys[stream as string]);
      expect(streamKeys.filter((key) => fullKeys.includes(key))).toEqual([]);
      const ring = new StreamKeyring(streamKeys);
      for (const { value } of await readTopic(topic))
        expect(() => openMessage(value, setId, (key, index) => ring.opening(key, index))).toThrow('unknown-key');
      const hidden = Object.entries(uuids)
        .filter(([path]) =>
          (id === 'ap' ? ['hidden/', 'team/a/', 'partner/'] : ['hidden/', 'team/a/', 'partner/', 'later/']).includes(
            path,
          ),
        )
        .map(([, uuid]) => uuid);
      expect(hidden).toEqual(hidden.map(() => UUID));
      const messages = await readTopic(`${topic}.${stream}`);
      const published = messages.flatMap(({ value }) =>
        decodeHeader(value).header.kind === 'mutation'
          ? decodeMutation(openMessage(value, setId, (key, index) => ring.opening(key, index)).body).records
          : [],
      );
      expect(published.length).toBeGreaterThan(0);
      for (const keys of [published.map(({ key }) => key), await recordsHeldBy(secondary)])
        expect(keys.filter((key) => hidden.some((uuid) => key.includes(uuid)))).toEqual([]);
    }
  });

  it('goes on after a restart of the primary and of a secondary, and gives a stream up when nobody has its filter', async () => {
    await set.primary.server.kill();
    await set.primary.restart();
    await (eu as Cluster).server.stop();
    await (eu as Cluster).restart();
    for (const path of ['open/z', 'hidden/z']) await set.primary.root.must('POST', path, { value: `of ${path}` });
    const [, , forAp] = await inStep();
    expect((await (eu as Cluster).root.get('open/z')).body.data).toEqual({ value: 'of open/z' });
    expect((await (us as Cluster).root.get('hidden/z')).status).toBe(404);
    await set.primary.root.must('POST', 'sys/replication/performance/primary/revoke-secondary', { id: 'ap' });
    expect(await set.primary.root.get(`${FILTERS}/ap`)).toEqual(NOT_FOUND);
    const topic = `${await topicOf(set)}.${forAp}`;
    const admin = new Kafka({ clientId: 'test', brokers: KAFKA.split(','), logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await eventually('the topic to be deleted', async () => !(await admin.listTopics()).includes(topic));
    await admin.disconnect();
    expect(Object.keys((await secretsHeldBy(set.primary)).filterStreamKeys ?? {})).toHaveLength(1);
  }, 120_000);
});
