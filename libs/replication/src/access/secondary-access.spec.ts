import { setTimeout as sleep } from 'node:timers/promises';
import type { Part } from '@tidelock/core/runtime';
import { begin, end, TestRuntime } from '@tidelock/core/runtime/testing';
import { silentLogger } from '@tidelock/kernel';
import type { ClusterStore } from '@tidelock/store';
import type { AccessOutcome, BrokerSettings, StreamAccess, StreamReader } from '@tidelock/stream';
import { newStore } from '@tidelock/stream/testing';
import { SecondaryAccess } from './secondary-access';

const SASL = { mechanism: 'scram-sha-512', username: 'primary', password: 'p' } as const;
const BROKER: BrokerSettings = {
  brokers: ['a:1'],
  topicPrefix: 't',
  sasl: SASL,
  secondary: { sasl: { ...SASL, username: 'reader' } },
};
const CREATED: AccessOutcome = { state: 'created', commands: [] };

/** A broker that keeps what it was told to allow: `principal topic` and `principal group.`. */
class FakeAccess implements StreamAccess {
  readonly allowed = new Set<string>();
  /** What it answers, and instead of doing it unless `created`; an error is thrown. */
  answer: AccessOutcome | Error = CREATED;
  asked = 0;

  principalOf({ sasl }: BrokerSettings): string | undefined {
    return sasl && `User:${sasl.username}`;
  }

  async preview(_: BrokerSettings, reader: StreamReader): Promise<AccessOutcome> {
    return this.outcome('add', [reader.principal, reader.topic, reader.group], () => undefined);
  }

  async allow(_: BrokerSettings, { principal, topic, group }: StreamReader): Promise<AccessOutcome> {
    const rights = [`${principal} ${topic}`, `${principal} ${group}.`];
    return this.outcome('add', rights, (right) => this.allowed.add(right));
  }

  async forbid(
    _: BrokerSettings,
    { principal, topic, group }: StreamReader,
    keepTopic: boolean,
  ): Promise<AccessOutcome> {
    const rights = [...(keepTopic ? [] : [`${principal} ${topic}`]), `${principal} ${group}.`];
    return this.outcome('remove', rights, (right) => this.allowed.delete(right));
  }

  private async outcome(action: string, rights: string[], change: (right: string) => void): Promise<AccessOutcome> {
    this.asked += 1;
    await sleep(1);
    if (this.answer instanceof Error) throw this.answer;
    if (this.answer.state === 'manual')
      return { state: 'manual', commands: rights.map((right) => `${action} ${right}`) };
    if (this.answer.state === 'created') rights.forEach(change);
    return this.answer;
  }
}

describe('SecondaryAccess', () => {
  let store: ClusterStore;
  let broker: FakeAccess;
  let access: SecondaryAccess;
  let part: Part;
  let topic: string;
  let warnings: unknown[];
  const logger = { ...silentLogger, warn: (_: string, fields?: object) => void warnings.push(fields) };

  const know = async (id: string, status = 'active'): Promise<void> => {
    const unit = store.begin();
    unit.local.put('secondary', { id, status, value: Buffer.from('{}') });
    await unit.commit();
  };
  const open = async (settings = BROKER): Promise<SecondaryAccess> => {
    const opened = new SecondaryAccess({
      store,
      access: broker,
      logger,
      broker: settings,
      setId: 's',
      topicOf: () => topic,
    });
    part = { name: 'primary', tasks: [opened], start: (life) => opened.load(life) };
    await begin(part);
    return opened;
  };
  const until = async (what: () => boolean | Promise<boolean>): Promise<void> => {
    while (!(await what())) await sleep(2);
  };
  /** In the status, and in the store for the next start. */
  const reconciled = (id: string, state: string) =>
    until(async () => {
      const row = await store.local.row('record', `replication/access/s/${id}`);
      return (
        access.status()[id]?.state === state &&
        row !== undefined &&
        (JSON.parse(row.value.toString()) as { state: string }).state === state
      );
    });

  beforeEach(async () => {
    [store, broker, topic, warnings] = [await newStore(), new FakeAccess(), 't.s.stream', []];
    for (const id of ['us', 'eu']) await know(id);
    access = await open();
  });
  afterEach(async () => {
    await end(part);
    await store.close();
  });

  it('lets a secondary read its stream under its own group, by the name that it told', async () => {
    await access.allow('us', { principal: 'User:us' });
    await reconciled('us', 'created');
    expect([...broker.allowed]).toEqual(['User:us t.s.stream', 'User:us t.s.us.']);
    expect(access.status()).toEqual({ us: { state: 'created', principal: 'User:us', commands: [] } });
  });

  it('takes everything back from a revoked one, and lists it no more', async () => {
    await access.allow('us', { principal: 'User:us' });
    await reconciled('us', 'created');
    await access.forbid('us');
    await until(() => access.status()['us'] === undefined);
    expect(broker.allowed.size).toBe(0);
    await access.forbid('nobody');
    expect(access.status()).toEqual({});
  });

  it('gives secondaries without a broker of their own the rights of the user set apart for them, and leaves it to others', async () => {
    for (const id of ['eu', 'us']) await access.allow(id, undefined);
    await reconciled('us', 'created');
    await access.forbid('us');
    await until(() => access.status()['us'] === undefined);
    expect([...broker.allowed].sort()).toEqual(['User:reader t.s.eu.', 'User:reader t.s.stream']);
  });

  it('has nothing to do for one that the broker knows by no name', async () => {
    await access.allow('us', {});
    await reconciled('us', 'not-needed');
    await access.forbid('us');
    expect([broker.asked, access.status()]).toEqual([0, {}]);
  });

  it('refuses a name that stands for everybody', async () => {
    await expect(access.allow('us', { principal: 'User:*' })).rejects.toMatchObject({ status: 400 });
    expect(access.status()).toEqual({});
  });

  it('is silent about a broker that refuses nothing to anybody', async () => {
    broker.answer = { state: 'not-needed', commands: [] };
    await access.allow('us', { principal: 'User:us' });
    await reconciled('us', 'not-needed');
    expect(warnings).toEqual([]);
  });

  it('tells what an administrator has to run where it may not, once, and when it is revoked what takes it back', async () => {
    broker.answer = { state: 'manual', commands: [] };
    await access.allow('us', { principal: 'User:us' });
    await reconciled('us', 'manual');
    const commands = ['add User:us t.s.stream', 'add User:us t.s.us.'];
    expect(access.status()['us']).toEqual({ state: 'manual', principal: 'User:us', commands });
    expect(warnings).toEqual([{ secondary: 'us', commands }]);
    await end(part);
    access = await open();
    await until(() => broker.asked === 2);
    await access.forbid('us');
    await until(() => access.status()['us']?.commands[0]?.startsWith('remove') === true);
    expect(warnings).toHaveLength(2);
    expect(warnings[1]).toEqual({ secondary: 'us', commands: ['remove User:us t.s.stream', 'remove User:us t.s.us.'] });
    expect(access.status()['us']).toMatchObject({
      principal: 'User:us',
      commands: ['remove User:us t.s.stream', 'remove User:us t.s.us.'],
    });
  });

  it('goes on trying while the broker is away, across restarts', async () => {
    broker.answer = new Error('away');
    await access.allow('us', { principal: 'User:us' });
    await until(() => broker.asked > 0);
    expect(access.status()['us']?.state).toBe('pending');
    await end(part);
    broker.answer = CREATED;
    access = await open();
    await reconciled('us', 'created');
    expect(broker.allowed.size).toBe(2);
  });

  it('tries one that fails again at growing intervals, and holds no other up for it', async () => {
    await end(part);
    const runtime = new TestRuntime(0);
    await runtime.root.begin(part);
    const asked = jest.spyOn(broker, 'allow').mockImplementation(async (_, { principal }) => {
      if (principal === 'User:us') throw new Error('away');
      return CREATED;
    });
    await access.allow('us', { principal: 'User:us' });
    await access.allow('eu', { principal: 'User:eu' });
    await runtime.advance(0);
    expect([access.status()['us']?.state, access.status()['eu']?.state]).toEqual(['pending', 'created']);
    expect(runtime.root.tasks()).toMatchObject([
      { path: 'node/primary/access', lastError: expect.stringContaining('"us"'), nextInMs: 500 },
    ]);
    await runtime.advance(500);
    expect([asked.mock.calls.length, runtime.root.tasks()[0]?.nextInMs]).toEqual([3, 1000]);
    await runtime.root.end();
  });

  it('puts back, when it takes up its role, what somebody took away', async () => {
    await access.allow('us', { principal: 'User:us' });
    await reconciled('us', 'created');
    await end(part);
    broker.allowed.clear();
    access = await open();
    await until(() => broker.allowed.size === 2);
  });

  it('gives nothing to one that was revoked while it joined', async () => {
    await know('us', 'revoked');
    await access.allow('us', { principal: 'User:us' });
    await until(() => access.status()['us'] === undefined);
    expect(broker.allowed.size).toBe(0);
  });

  it('takes the rights of one that was revoked right before a crash', async () => {
    await access.allow('us', { principal: 'User:us' });
    await reconciled('us', 'created');
    await end(part);
    await know('us', 'revoked');
    access = await open();
    await until(() => access.status()['us'] === undefined);
    expect(broker.allowed.size).toBe(0);
  });

  it('moves a secondary to another stream, and one that comes back by another name', async () => {
    await access.allow('us', { principal: 'User:us' });
    await reconciled('us', 'created');
    topic = 't.s.stream.f1';
    await access.moved('us');
    await until(() => broker.allowed.has('User:us t.s.stream.f1'));
    await access.allow('us', { principal: 'User:new' });
    await until(() => broker.allowed.has('User:new t.s.us.'));
    expect([...broker.allowed].sort()).toEqual(['User:new t.s.stream.f1', 'User:new t.s.us.']);
  });

  describe('warns whoever makes an activation token', () => {
    it('of nothing where the brokers ask nobody who he is', async () => {
      expect(await (await open({ brokers: ['a:1'], topicPrefix: 't' })).warnings('us')).toEqual([]);
      expect(broker.asked).toBe(0);
    });

    it('of nothing where this cluster can do it all', async () => {
      expect(await access.warnings('us')).toEqual([]);
      expect(broker.allowed.size).toBe(0);
    });

    it('of what an administrator has to run', async () => {
      broker.answer = { state: 'manual', commands: [] };
      expect(await access.warnings('us')).toEqual([
        expect.stringContaining('may not create ACLs'),
        'add User:reader',
        'add t.s.stream',
        'add t.s.us',
      ]);
    });

    it('that the secondary needs credentials where none are set apart for it', async () => {
      const { secondary: _, ...own } = BROKER;
      broker.answer = { state: 'manual', commands: [] };
      expect(await (await open(own)).warnings('us')).toEqual([
        expect.stringContaining('secondary "us" needs a broker stanza'),
        expect.stringContaining('may not create ACLs'),
        'add User:<name of us at Kafka>',
        'add t.s.stream',
        'add t.s.us',
      ]);
    });

    it('that it does not know while the broker is away', async () => {
      broker.answer = new Error('away');
      expect(await access.warnings('us')).toEqual([expect.stringContaining('Kafka did not answer')]);
    });
  });
});
