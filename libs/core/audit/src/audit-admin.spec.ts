import { notOnSecondary } from '@tidelock/core/scope';
import { TidelockError } from '@tidelock/kernel';
import { auditRequest, auditRoom } from './audit-room.testing';

describe('AuditAdmin', () => {
  let room: Awaited<ReturnType<typeof auditRoom>>;
  beforeEach(async () => {
    room = await auditRoom();
  });
  afterEach(() => room.store.close());

  it('lists devices with a slash, and without their salts', async () => {
    await room.enable('b/', { description: 'd', options: { log_raw: 'true' } });
    await room.enable('a', { local: true });
    await room.broker.caughtUp();
    expect(room.admin.list()).toEqual([
      { path: 'a/', type: 'fake', description: '', options: { name: 'a' }, local: true },
      { path: 'b/', type: 'fake', description: 'd', options: { name: 'b/', log_raw: 'true' }, local: false },
    ]);
  });

  it('keeps local devices out of the replicated state', async () => {
    await room.enable('a', { local: true });
    expect(await room.store.replicated.keys('audit/')).toEqual([]);
    await room.enable('b');
    expect(await room.store.replicated.keys('audit/')).toEqual(['audit/b']);
  });

  it('sends a test entry through a device before it accepts it', async () => {
    await room.enable('one');
    expect(room.devices.entries('one')).toMatchObject([
      { type: 'request', request: { operation: 'update', path: 'sys/audit/test' } },
    ]);
    room.devices.broken.add('two');
    await expect(room.enable('two')).rejects.toMatchObject({ status: 400 });
    await room.enable('three', { options: { skip_test: 'true' } });
    expect(room.devices.lines.has('three')).toBe(false);
    await room.broker.caughtUp();
    expect(room.admin.list().map(({ path }) => path)).toEqual(['one/', 'three/']);
  });

  it.each([
    ['a path that is taken', 'one/', {}, 'path already in use'],
    ['one above', 'dir', {}, 'path already in use'],
    ['one below', 'one/x', {}, 'path already in use'],
    ['no path', '/', {}, 'backend path must be specified'],
    ['a type that is not there', 'two', { type: 'socket' }, 'plugin not found in the catalog: socket'],
    ['a type that only looks like one', 'two', { type: 'constructor' }, 'plugin not found in the catalog: constructor'],
    ['options that make no sense', 'two', { options: { log_raw: 'x' } }, `unable to parse 'log_raw'`],
    [
      'a prefix that begins a line of its own',
      'two',
      { options: { prefix: '#!/bin/sh\n' } },
      `'prefix' must not contain line breaks`,
    ],
  ])('refuses %s', async (_, path, more, text) => {
    await room.enable('one');
    await room.enable('dir/x');
    await expect(room.enable(path, more)).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining(text),
    });
  });

  it('disables what is there, and takes no offence at what is not', async () => {
    await room.enable('one');
    await room.run((scope) => room.admin.disable(scope, 'one/'));
    await room.run((scope) => room.admin.disable(scope, 'none'));
    await room.broker.caughtUp();
    expect(room.admin.list()).toEqual([]);
    await room.enable('one');
  });

  it('keeps the headers to log under lower-case names', async () => {
    const headers = () => room.run((scope) => room.admin.headers(scope));
    expect(await headers()).toEqual({});
    await room.run((scope) => room.admin.setHeader(scope, 'X-A', { hmac: true }));
    await room.run((scope) => room.admin.setHeader(scope, 'x-b', { hmac: false }));
    await room.run((scope) => room.admin.removeHeader(scope, 'X-a'));
    await room.run((scope) => room.admin.removeHeader(scope, 'none'));
    expect(await headers()).toEqual({ 'x-b': { hmac: false } });
  });
});

describe('AuditAdmin on a secondary', () => {
  it('refuses to change replicated devices, where it does not forward', async () => {
    const room = await auditRoom({ refuseReplicated: (change) => notOnSecondary(change, 'http://p:8200') });
    await expect(room.enable('one')).rejects.toMatchObject({
      status: 400,
      errors: [
        'cannot add a non-local audit device to a replication secondary',
        'enable it on the primary at http://p:8200, or here with local=true',
      ],
    });
    await room.enable('own', { local: true });
    await room.broker.request(auditRequest());
    expect(room.devices.entries('own')).toHaveLength(2);
    await room.store.close();
  });

  it('leaves the test to the primary, where it forwards', async () => {
    const room = await auditRoom();
    room.store.guardReplicatedWrites(() => {
      throw new TidelockError('READ_ONLY_REPLICA');
    });
    await expect(room.enable('one')).rejects.toMatchObject({ code: 'READ_ONLY_REPLICA' });
    expect(room.devices.lines.size).toBe(0);
    for (const unknown of [
      room.run((scope) => room.admin.disable(scope, 'unknown')),
      room.run((scope) => room.admin.removeHeader(scope, 'x-unknown')),
    ]) {
      await expect(unknown).rejects.toMatchObject({ code: 'READ_ONLY_REPLICA' });
    }
    await room.store.close();
  });
});
