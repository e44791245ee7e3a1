import type { EntityView, RequestScope } from '@tidelock/engine-api';
import type { StoreSubscriber, UnitOfWork } from '@tidelock/store';
import { PolicyStore } from './policy-store';

/** Replicated records in memory; commits at once. */
class Records {
  readonly records = new Map<string, Buffer>();
  reads = 0;
  private subscriber: StoreSubscriber | undefined;

  readonly replicated = {
    get: async (key: string) => {
      this.reads += 1;
      return this.records.get(key);
    },
    keys: async (prefix: string) => [...this.records.keys()].filter((key) => key.startsWith(prefix)).sort(),
    put: (key: string, value: Buffer) => this.change(key, value),
    delete: (key: string) => this.change(key, undefined),
  };

  readonly unit = this as unknown as UnitOfWork;
  readonly scope = this as unknown as RequestScope;

  onCommit(subscriber: StoreSubscriber): () => void {
    this.subscriber = subscriber;
    return () => {};
  }

  private change(key: string, value: Buffer | undefined): void {
    if (value === undefined) this.records.delete(key);
    else this.records.set(key, value);
    this.subscriber?.committed({ origin: 'stream', replicatedKeys: [key], localRows: [] });
  }
}

function room() {
  const records = new Records();
  return { records, scope: records.scope, policies: new PolicyStore(records as never) };
}

const entity = (name: string, version = '1'): EntityView => ({
  id: `id of ${name}`,
  name,
  version,
  metadata: {},
  aliases: [],
  groups: [],
});

const READ = 'path "a" { capabilities = ["read"] }';
const OWN = 'path "own/{{identity.entity.name}}" { capabilities = ["read"] }';
const LIST = 'path "a" { capabilities = ["list"] }';

describe('PolicyStore', () => {
  it('compiles rules with templates once for each entity and each of its versions, others once for all', async () => {
    const { policies, scope } = room();
    await policies.write(scope, 'plain', READ);
    await policies.write(scope, 'own', OWN);
    const aclOf = (name: string, who?: EntityView) => policies.aclOf({ policies: [name], ...(who && { entity: who }) });
    expect(await aclOf('plain', entity('ann'))).toBe(await aclOf('plain'));
    const ann = await aclOf('own', entity('ann'));
    expect(await aclOf('own', entity('ann'))).toBe(ann);
    expect([ann.capabilities('own/ann'), ann.capabilities('own/ben')]).toEqual([['read'], ['deny']]);
    expect((await aclOf('own', entity('ben'))).capabilities('own/ben')).toEqual(['read']);
    expect((await aclOf('own')).capabilities('own/ann')).toEqual(['deny']);
    const renamed = { ...entity('anna', '2'), id: 'id of ann' };
    expect((await aclOf('own', renamed)).capabilities('own/anna')).toEqual(['read']);
    await policies.write(scope, 'own', READ);
    expect((await aclOf('own', entity('ann'))).capabilities('own/ann')).toEqual(['deny']);
  });

  it('answers each question about a subject as its entity has it', async () => {
    const { policies, scope } = room();
    await policies.write(scope, 'own', OWN.replace('read', 'sudo'));
    const subject = { policies: ['own'], entity: entity('ann') };
    expect(await policies.capabilities(subject, 'own/ann')).toEqual(['sudo']);
    expect(await policies.hasSudo(subject, 'own/ann')).toBe(true);
    expect(await policies.hasRightBelow(subject, 'own/')).toBe(true);
    expect((await policies.resultant(subject)).exact_paths).toHaveProperty('own/ann');
    expect(await policies.capabilities({ policies: ['own'] }, 'own/ann')).toEqual(['deny']);
  });

  it('warns of rules with templates, which nobody has an entity to fill', async () => {
    const { policies, scope } = room();
    expect(await policies.write(scope, 'plain', READ)).toEqual([]);
    expect(await policies.write(scope, 'own', READ + OWN + OWN.replace('read', 'deny'))).toEqual([
      'path "own/{{identity.entity.name}}" refers to an entity, and no caller has one yet: the rule applies to nobody',
      'path "own/{{identity.entity.name}}" refers to an entity, and no caller has one yet: the rule denies each path that it may be about',
    ]);
  });

  it('gives back the text as it was written, base64 decoded', async () => {
    const { policies, scope } = room();
    await policies.write(scope, 'Plain', READ);
    await policies.write(scope, 'coded', Buffer.from(LIST).toString('base64'));
    expect([await policies.read(scope, 'pLAIN'), await policies.read(scope, 'coded')]).toEqual([READ, LIST]);
    expect(await policies.read(scope, 'missing')).toBeUndefined();
    expect(await policies.read(scope, 'root')).toBe('');
  });

  it('lists names sorted, with root and without the wrapping policy', async () => {
    const { policies, records, scope } = room();
    await policies.ensureBuiltIns(records.unit);
    await policies.write(scope, 'Team/B', READ);
    await policies.write(scope, 'a', READ);
    expect(await policies.names(scope)).toEqual(['a', 'default', 'root', 'team/b']);
  });

  it("keeps an operator's default policy when it starts again", async () => {
    const { policies, records, scope } = room();
    await policies.ensureBuiltIns(records.unit);
    await policies.write(scope, 'default', READ);
    await policies.ensureBuiltIns(records.unit);
    expect(await policies.read(scope, 'default')).toBe(READ);
  });

  it.each([
    ['root', 'cannot update "root" policy'],
    ['ROOT', 'cannot update "root" policy'],
    ['response-wrapping', 'cannot update "response-wrapping" policy'],
    ['', 'missing policy name'],
  ])('refuses to write %j', async (name, message) => {
    const { policies, scope } = room();
    await expect(policies.write(scope, name, READ)).rejects.toMatchObject({ code: 'INVALID_REQUEST', message });
  });

  it.each([
    ['default', 'cannot delete default policy'],
    ['Root', 'cannot delete "root" policy'],
    ['response-wrapping', 'cannot delete "response-wrapping" policy'],
  ])('refuses to delete %j', async (name, message) => {
    const { policies, scope } = room();
    await expect(policies.remove(scope, name)).rejects.toMatchObject({ code: 'INVALID_REQUEST', message });
  });

  it('refuses what is no policy, and stores nothing of it', async () => {
    const { policies, scope, records } = room();
    await expect(policies.write(scope, 'x', '')).rejects.toThrow("'policy' parameter not supplied or empty");
    await expect(policies.write(scope, 'x', 'path {')).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    expect(records.records.size).toBe(0);
  });

  it('deletes a missing policy without complaint', async () => {
    const { policies, scope } = room();
    await expect(policies.remove(scope, 'missing')).resolves.toBeUndefined();
  });

  it('compiles a set of names once, and anew after one of them has changed', async () => {
    const { policies, scope, records } = room();
    await policies.write(scope, 'x', READ);
    const first = await policies.aclOf({ policies: ['missing', 'x'] });
    const reads = records.reads;
    expect(await policies.aclOf({ policies: ['missing', 'x'] })).toBe(first);
    expect(records.reads).toBe(reads);
    await policies.write(scope, 'x', LIST);
    expect((await policies.aclOf({ policies: ['missing', 'x'] })).capabilities('a')).toEqual(['list']);
    await policies.write(scope, 'missing', READ);
    expect((await policies.aclOf({ policies: ['missing', 'x'] })).capabilities('a')).toEqual(['list', 'read']);
    await policies.remove(scope, 'x');
    expect((await policies.aclOf({ policies: ['missing', 'x'] })).capabilities('a')).toEqual(['read']);
  });

  it('keeps nothing that was being read while it changed', async () => {
    const { policies, scope, records } = room();
    await policies.write(scope, 'x', READ);
    const old = records.records.get('policy/x');
    let answer = (_value: Buffer | undefined): void => {};
    jest.spyOn(records.replicated, 'get').mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    const slow = policies.aclOf({ policies: ['x'] });
    await policies.write(scope, 'x', LIST);
    answer(old);
    expect((await slow).capabilities('a')).toEqual(['read']);
    expect((await policies.aclOf({ policies: ['x'] })).capabilities('a')).toEqual(['list']);
  });

  it('tells sets of names apart that look alike', async () => {
    const { policies, scope } = room();
    await policies.write(scope, 'x', READ);
    await policies.write(scope, 'y', LIST);
    for (const odd of ['x,y', 'x\ny', 'x","y'])
      expect((await policies.aclOf({ policies: [odd] })).capabilities('a')).toEqual(['deny']);
    expect((await policies.aclOf({ policies: ['x', 'y'] })).capabilities('a')).toEqual(['list', 'read']);
  });

  it('refuses everything when a stored policy cannot be read, until it can', async () => {
    const { policies, scope, records } = room();
    records.records.set('policy/x', Buffer.from('{"policy":"path {"}'));
    await expect(policies.aclOf({ policies: ['x'] })).rejects.toMatchObject({ code: 'INTERNAL' });
    await policies.write(scope, 'x', READ);
    expect((await policies.aclOf({ policies: ['x'] })).capabilities('a')).toEqual(['read']);
  });

  it('asks the store again after it was cleared, and after it failed', async () => {
    const { policies, scope, records } = room();
    await policies.write(scope, 'x', READ);
    const failed = jest.spyOn(records.replicated, 'get').mockRejectedValueOnce(new Error('sealed'));
    await expect(policies.aclOf({ policies: ['x'] })).rejects.toThrow('sealed');
    failed.mockRestore();
    await policies.aclOf({ policies: ['x'] });
    records.records.delete('policy/x');
    policies.clear();
    expect((await policies.aclOf({ policies: ['x'] })).capabilities('a')).toEqual(['deny']);
  });

  it('makes root the one that may do everything', async () => {
    const { policies } = room();
    expect((await policies.aclOf({ policies: ['root'] })).isRoot).toBe(true);
    expect(await policies.hasSudo({ policies: ['root'] }, 'sys/seal')).toBe(true);
    expect(await policies.hasSudo({ policies: ['default'] }, 'sys/seal')).toBe(false);
  });

  it('grants by default what every token needs for itself, and no more', async () => {
    const { policies, records } = room();
    await policies.ensureBuiltIns(records.unit);
    const acl = await policies.aclOf({ policies: ['default'] });
    const granted = {
      'auth/token/lookup-self': ['read'],
      'auth/token/renew-self': ['update'],
      'auth/token/revoke-self': ['update'],
      'sys/capabilities-self': ['update'],
      'sys/internal/ui/resultant-acl': ['read'],
      'sys/renew': ['update'],
      'sys/leases/renew': ['update'],
      'sys/leases/lookup': ['update'],
      'cubbyhole/any/thing': ['create', 'delete', 'list', 'read', 'update'],
      'sys/wrapping/wrap': ['update'],
      'sys/wrapping/lookup': ['update'],
      'sys/wrapping/unwrap': ['update'],
      'sys/tools/hash': ['update'],
      'sys/tools/hash/sha2-512': ['update'],
      'sys/control-group/request': ['update'],
      'identity/oidc/provider/x/authorize': ['read', 'update'],
      'secret/data/x': ['deny'],
      'auth/token/create': ['deny'],
      'sys/mounts': ['deny'],
      'sys/leases/lookup/x': ['deny'],
    };
    for (const [path, capabilities] of Object.entries(granted))
      expect([path, acl.capabilities(path)]).toEqual([path, capabilities]);
  });

  it('lets a wrapping token take its answer, and no more', async () => {
    const { policies, records } = room();
    await policies.ensureBuiltIns(records.unit);
    const acl = await policies.aclOf({ policies: ['response-wrapping'] });
    expect(acl.capabilities('sys/wrapping/unwrap')).toEqual(['update']);
    expect(acl.capabilities('cubbyhole/other')).toEqual(['deny']);
  });
});
