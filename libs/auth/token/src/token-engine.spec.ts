import { AccessorBody, RenewAccessorBody, RenewBody, RenewSelfBody, RevokeBody, TokenBody } from './bodies';
import { HOUR, NOW, tokenMount, type TokenMount } from './token-engine.testing';

describe('auth/token', () => {
  let all = {} as TokenMount;
  let { store, tokens, service, engine, life, root, wakeUps, callerFor, call, create, createOrphan, childOf, lookup } =
    all;
  beforeEach(async () => {
    all = await tokenMount();
    ({ store, tokens, service, engine, life, root, wakeUps, callerFor, call, create, createOrphan, childOf, lookup } =
      all);
  });
  afterEach(() => store.close());

  it("makes a child with the parent's policies, or those asked for", async () => {
    const auth = await create({ policies: 'dev', meta: { a: '1' }, ttl: '1h', display_name: 'my app!', num_uses: 5 });
    expect(auth).toMatchObject({
      policies: ['default', 'dev'],
      metadata: { a: '1' },
      lease_duration: HOUR,
      orphan: false,
      num_uses: 5,
      renewable: true,
      token_type: 'service',
    });
    expect(await lookup(auth.client_token)).toEqual({
      accessor: auth.accessor,
      creation_time: NOW / 1000,
      creation_ttl: HOUR,
      display_name: 'token-my-app',
      entity_id: '',
      expire_time: '2023-11-14T23:13:20.000000000Z',
      explicit_max_ttl: 0,
      id: auth.client_token,
      issue_time: '2023-11-14T22:13:20.000000000Z',
      meta: { a: '1' },
      num_uses: 5,
      orphan: false,
      path: 'auth/token/create',
      policies: ['default', 'dev'],
      renewable: true,
      ttl: HOUR,
      type: 'service',
    });
    expect((await create({}, await childOf({ policies: 'dev' }))).policies).toEqual(['default', 'dev']);
  });

  it('makes root tokens of root tokens, which live for ever unless told otherwise', async () => {
    const immortal = await create();
    expect(immortal).toMatchObject({ policies: ['root'], lease_duration: 0, renewable: false });
    expect(await lookup(immortal.client_token)).toMatchObject({ expire_time: null, ttl: 0 });
    const mortal = await callerFor((await create({ ttl: '1h' })).client_token);
    await expect(create({}, mortal)).rejects.toThrow('expiring root tokens cannot create non-expiring root tokens');
  });

  it('tells as whom the holder of a token is judged, by the token and by its accessor', async () => {
    const { accessor } = root;
    expect([await service.subjectOfToken('root', NOW), await service.subjectOfAccessor(accessor, NOW)]).toEqual([
      { policies: ['root', 'of-entity'] },
      { policies: ['root', 'of-entity'] },
    ]);
    await expect(service.subjectOfToken('gone', NOW)).rejects.toMatchObject({ errors: ['bad token'] });
    await expect(service.subjectOfAccessor('gone', NOW)).rejects.toMatchObject({ errors: ['invalid accessor'] });
  });

  it('refuses what needs root or sudo', async () => {
    const plain = await childOf({ policies: 'dev' });
    const refusal = (what: string) => ({ status: 400, message: `root or sudo privileges required to ${what}` });
    await expect(create({ id: 'mine' }, plain)).rejects.toMatchObject(refusal('specify token id'));
    await expect(create({ no_parent: true }, plain)).rejects.toMatchObject(refusal('create orphan token'));
    await expect(createOrphan({}, plain)).rejects.toMatchObject(refusal('create orphan token'));
    await expect(create({ period: '1h' }, plain)).rejects.toMatchObject(refusal('create periodic token'));
    const sudoer = await childOf({ policies: 'sudoer' });
    expect(await create({ id: 'mine', no_parent: true, period: '1h' }, sudoer)).toMatchObject({
      client_token: 'mine',
      orphan: true,
      lease_duration: HOUR,
    });
    expect(await createOrphan({}, sudoer)).toMatchObject({ orphan: true });
    await expect(create({ id: 'mine' })).rejects.toThrow('cannot create a token with a duplicate ID');
    await expect(create({ id: 'hvs.mine' })).rejects.toThrow("custom token ID cannot have the 'hvs.' prefix");
  });

  it.each([
    [{ ttl: -1 }, 'ttl must be positive'],
    [{ explicit_max_ttl: '-1h' }, 'explicit_max_ttl must be positive'],
    [{ period: -5 }, 'period must be positive'],
    [{ num_uses: -1 }, 'number of uses cannot be negative'],
    [{ type: 'paper' }, "invalid 'token_type' value"],
    [{ type: 'batch', policies: 'a', period: 5 }, 'batch tokens cannot have "period" set'],
    [{ type: 'batch', policies: 'a', num_uses: 5 }, 'batch tokens cannot have "num_uses" set'],
    [{ type: 'batch', policies: 'a', explicit_max_ttl: 5 }, 'batch tokens cannot have "explicit_max_ttl" set'],
    [{ type: 'batch' }, 'batch tokens cannot be root tokens'],
    [{ id: 'x'.repeat(513) }, 'custom token ID is too long: it may have at most 512 bytes'],
    [{ entity_alias: 'x' }, "'entity_alias' is only allowed in combination with token role"],
  ])('refuses %j: %s', async (raw, message) => {
    await expect(create(raw)).rejects.toMatchObject({ status: 400, message });
  });

  it('gives no children to batch tokens and to tokens of few uses', async () => {
    await expect(create({}, await childOf({ type: 'batch', policies: 'a' }))).rejects.toThrow(
      'batch tokens cannot create more tokens',
    );
    await expect(create({}, await childOf({ num_uses: 1, policies: 'a' }))).rejects.toThrow(
      'restricted use token cannot generate child tokens',
    );
  });

  it('renews a token as long as its maximum lets it', async () => {
    const caller = await childOf({ policies: 'dev', ttl: '1h', explicit_max_ttl: '3h' });
    const renewSelf = (raw: object, now: number) =>
      call((request) => life.renewSelf(request), [RenewSelfBody, raw as Record<string, unknown>], caller, { now }).then(
        (response) => response!.auth!,
      );
    expect(await renewSelf({}, NOW + 1_800_000)).toMatchObject({
      client_token: caller.clientToken,
      lease_duration: HOUR,
    });
    expect((await renewSelf({ increment: '5h' }, NOW + HOUR * 1000)).lease_duration).toBe(2 * HOUR);
    expect(await lookup(caller.clientToken)).toMatchObject({
      last_renewal_time: NOW / 1000 + HOUR,
      creation_ttl: HOUR,
    });
    const byAccessor = await call(
      (request) => life.renewAccessor(request),
      [RenewAccessorBody, { accessor: caller.accessor }],
      root,
    );
    expect(byAccessor!.auth).toMatchObject({ client_token: '', accessor: caller.accessor, lease_duration: HOUR });
  });

  it('lets the method that made the token see who renews it, for how long and when', async () => {
    const caller = await childOf({ policies: 'dev', ttl: '1h' });
    await call((request) => life.renewSelf(request), [RenewSelfBody, { increment: '2h' }], caller, { now: NOW + 1 });
    expect(all.asked).toEqual([
      expect.objectContaining({
        incrementSeconds: 2 * HOUR,
        now: NOW + 1,
        connection: expect.objectContaining({ remoteAddress: expect.stringMatching(/./) }),
      }),
    ]);
  });

  it('renews no root token, no batch token and none that is gone', async () => {
    const renew = (token: string) => call((request) => life.renew(request), [RenewBody, { token }], root);
    const batch = await create({ type: 'batch', policies: 'a' });
    for (const token of ['root', batch.client_token])
      await expect(renew(token)).rejects.toMatchObject({ status: 400, message: 'lease is not renewable' });
    await expect(renew('hvs.gone')).rejects.toMatchObject({ status: 403, message: 'bad token' });
    await expect(renew('')).rejects.toMatchObject({ status: 400, message: 'missing token ID' });
  });

  it('shows a token to itself on its last use', async () => {
    const caller = await childOf({ policies: 'dev', num_uses: 1 });
    const unit = store.begin();
    await tokens.consumeUse(unit, caller);
    await unit.commit();
    expect((await call((request) => life.lookupSelf(request), [TokenBody, {}], caller))!.data).toMatchObject({
      id: caller.clientToken,
      num_uses: 0,
    });
  });

  it('shows and ends a token by its accessor without giving it away', async () => {
    const { accessor, client_token: token } = await create({ policies: 'dev' });
    const byAccessor = (handler: 'lookupAccessor' | 'revokeAccessor', of: string) =>
      call((request) => life[handler](request), [AccessorBody, { accessor: of }], root);
    expect((await byAccessor('lookupAccessor', accessor))!.data).toMatchObject({ id: '', accessor });
    expect(await byAccessor('revokeAccessor', accessor)).toBeUndefined();
    await expect(lookup(token)).rejects.toMatchObject({ status: 403, message: 'bad token' });
    await expect(byAccessor('lookupAccessor', accessor)).rejects.toMatchObject({
      status: 400,
      message: 'invalid accessor',
    });
    expect(await byAccessor('revokeAccessor', accessor)).toEqual({
      status: 200,
      warnings: ['No token found with this accessor'],
    });
    await expect(byAccessor('lookupAccessor', '')).rejects.toMatchObject({ status: 400, message: 'missing accessor' });
  });

  it('ends a token and its children, itself, or itself alone', async () => {
    const parent = await childOf({ policies: 'dev' });
    const child = await create({}, parent);
    await call((request) => life.revokeOrphan(request), [RevokeBody, { token: parent.clientToken }], root);
    await expect(lookup(parent.clientToken)).rejects.toThrow('bad token');
    expect(await lookup(child.client_token)).toMatchObject({ orphan: true });
    const own = await callerFor(child.client_token);
    const grandchild = await create({}, own);
    expect(await call((request) => life.revokeSelf(request), [TokenBody, {}], own)).toBeUndefined();
    await expect(lookup(grandchild.client_token)).rejects.toThrow('bad token');
    expect(await call((request) => life.revoke(request), [RevokeBody, { token: 'hvs.unknown' }], root)).toBeUndefined();
    const batch = await callerFor((await create({ type: 'batch', policies: 'a' })).client_token);
    await expect(call((request) => life.revokeSelf(request), [TokenBody, {}], batch)).rejects.toThrow(
      'batch tokens cannot be revoked',
    );
  });

  it('lists the accessors of the living, page by page', async () => {
    const short = await create({ policies: 'dev', ttl: '1m' });
    const unit = store.begin();
    for (let i = 0; i < 600; i++) await tokens.createRoot(unit, NOW, `root-${i}`);
    await unit.commit();
    const list = async (now: number) =>
      (await call((request) => engine.listAccessors(request), [TokenBody, {}], root, { now }))!.data![
        'keys'
      ] as string[];
    expect(new Set(await list(NOW)).size).toBe(602);
    expect(await list(NOW)).toContain(short.accessor);
    expect(await list(NOW + 60_000)).not.toContain(short.accessor);
  });

  it('tidies in the background', async () => {
    expect(await engine.tidy()).toMatchObject({
      status: 202,
      warnings: [expect.stringContaining('Tidy operation successfully started')],
    });
    expect(wakeUps()).toBe(1);
  });
});
