import { auditRequest, auditRoom, NOW } from './audit-room.testing';

const REFUSED = { code: 'INTERNAL', status: 500, message: 'internal error' };

describe('AuditBroker', () => {
  let room: Awaited<ReturnType<typeof auditRoom>>;
  beforeEach(async () => {
    room = await auditRoom();
  });
  afterEach(() => room.store.close());

  const paths = (name: string) =>
    room.devices.entries(name).map((entry) => (entry['request'] as { path: string } | undefined)?.path);

  it('costs nothing and demands nothing without devices', async () => {
    expect(room.broker.hasDevices).toBe(false);
    await room.broker.request(auditRequest());
  });

  it('has every entry on record with every device, from the next request on', async () => {
    await room.enable('one');
    await room.enable('two', { local: true });
    expect(room.broker.hasDevices).toBe(true);
    const request = auditRequest();
    await room.broker.request(request);
    await room.broker.response({ request, time: NOW, data: { x: 'y' } });
    for (const name of ['one', 'two']) {
      expect(
        room.devices
          .entries(name)
          .slice(1)
          .map(({ type }) => type),
      ).toEqual(['request', 'response']);
    }
  });

  it('is content with one device that logs, and refuses when none does', async () => {
    await room.enable('one');
    await room.enable('two');
    room.devices.broken.add('one');
    await room.broker.request(auditRequest());
    room.devices.broken.add('two');
    await expect(room.broker.request(auditRequest())).rejects.toMatchObject(REFUSED);
    await expect(room.broker.response({ request: auditRequest(), time: NOW })).rejects.toMatchObject(REFUSED);
    room.devices.broken.clear();
    await room.broker.request(auditRequest({ path: 'after' }));
    expect(paths('one')).toContain('after');
  });

  it('blocks on a device that cannot even be opened, until it can', async () => {
    await room.enable('one');
    room.devices.broken.add('one');
    await room.broker.stop();
    await room.broker.load();
    await expect(room.broker.request(auditRequest())).rejects.toMatchObject(REFUSED);
    room.devices.broken.clear();
    await Promise.all([room.broker.request(auditRequest()), room.broker.request(auditRequest())]);
    expect(room.devices.openCount.get('one')).toBe(1);
  });

  it('hashes with salts of its own for each device, the same after a restart', async () => {
    await room.enable('one');
    await room.enable('two');
    const [one, two] = [await room.broker.hash('one/', 'x'), await room.broker.hash('two/', 'x')];
    expect(one).toMatch(/^hmac-sha256:[0-9a-f]{64}$/);
    expect(two).not.toBe(one);
    await room.broker.stop();
    await room.broker.load();
    expect(await room.broker.hash('one/', 'x')).toBe(one);
    await room.broker.request(auditRequest({ data: { password: 'x' } }));
    expect(room.devices.lines.get('one')?.at(-1)).toContain(one);
    await expect(room.broker.hash('none/', 'x')).rejects.toMatchObject({
      status: 400,
      message: 'unknown audit backend',
    });
  });

  it('closes what is disabled, and everything on seal', async () => {
    await room.enable('one');
    await room.enable('two');
    await room.broker.request(auditRequest());
    await room.run((scope) => room.admin.disable(scope, 'one'));
    await room.broker.caughtUp();
    expect([...room.devices.openCount]).toEqual([
      ['one', 0],
      ['two', 1],
    ]);
    await room.broker.stop();
    expect(room.devices.openCount.get('two')).toBe(0);
    expect(room.broker.hasDevices).toBe(false);
  });

  it('writes a large entry that is being hashed before the device is closed, which stays closed', async () => {
    await room.enable('one');
    const data = { list: Array.from({ length: 20_000 }, (_, at) => `text ${at}`) };
    await room.broker.caughtUp();
    const large = room.broker.request(auditRequest({ path: 'large', data }));
    await room.broker.stop();
    expect([paths('one').at(-1), room.devices.openCount.get('one')]).toEqual(['large', 0]);
    await large;
    expect(room.devices.openCount.get('one')).toBe(0);
  });

  it('opens files anew when told to', async () => {
    await room.enable('one');
    await room.broker.caughtUp();
    await room.broker.reopen();
    expect(room.devices.reopened).toBe(1);
  });

  it('logs request headers as configured, at once', async () => {
    await room.enable('one');
    await room.run((scope) => room.admin.setHeader(scope, 'X-Trace', { hmac: false }));
    await room.broker.request(auditRequest({ headers: { 'x-trace': 't' } }));
    expect(room.devices.entries('one').at(-1)).toMatchObject({ request: { headers: { 'x-trace': ['t'] } } });
  });
});
