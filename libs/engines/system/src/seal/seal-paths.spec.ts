import {
  type EngineRequest,
  type EngineResponse,
  type InitResult,
  pathsOf,
  SealService,
  type PrimaryEcho,
  type SealStatus,
} from '@tidelock/engine-api';
import { ClusterService, type ReplicationMode } from '@tidelock/engine-api';
import { engineRequest } from '@tidelock/engine-testing';
import { SYSTEM_PARTS } from '..';
import { HealthPaths } from './health.paths';
import { InitBody, InitPaths } from './init.paths';
import { KeyringPaths } from './keyring.paths';
import { RekeyPaths } from './rekey.paths';
import { SealPaths, UnsealBody } from './seal.paths';

class FakeCluster extends ClusterService {
  mode: ReplicationMode = 'primary';
  lag: number | undefined;
  way: PrimaryEcho | undefined;
  readonly clusterName = 'moon';
  readonly clusterId = 'id';
  readonly version = '1.17.0+tidelock.0.1.0';
  readonly buildDate = '2026-11-24T00:00:00Z';
  readonly storageType = 'inmem';
  readonly apiAddr = 'http://127.0.0.1:8200';
  override replicationMode = () => this.mode;
  override lastWal = () => 42;
  override lagSeconds = () => this.lag;
  override echo = () => this.way;
  joining = false;
  override get isJoining(): boolean {
    return this.joining;
  }
}

class FakeSeal extends SealService {
  constructor(private state: Partial<SealStatus>) {
    super();
  }
  override get sealed(): boolean {
    return this.state.sealed ?? false;
  }
  override async status(): Promise<SealStatus> {
    const facts = { initialized: true, sealed: false, standby: false, t: 2, n: 3, progress: 0, nonce: '' };
    return { ...facts, type: 'shamir', recoverable: false, ...this.state };
  }
  override async init(): Promise<InitResult> {
    return { keys: ['00'], keysBase64: ['AA=='], rootToken: 'hvs.root' };
  }
  override async unseal(): Promise<SealStatus> {
    this.state = { ...this.state, sealed: false };
    return this.status();
  }
  override resetUnseal = () => this.status();
  override seal = async () => {};
}

const body = <T extends object>(value: T): EngineRequest<T> => engineRequest<T>({ operation: 'update', body: value });

describe('sys/health', () => {
  const health = (state: Partial<SealStatus>, query = {}, cluster = new FakeCluster()): Promise<EngineResponse> =>
    new HealthPaths(new FakeSeal(state), cluster).health(engineRequest({ raw: query }));

  it.each([
    ['not initialised', { initialized: false, sealed: true }, 501],
    ['sealed', { sealed: true }, 503],
    ['active', {}, 200],
    ['without its storage', { standby: true }, 429],
    ['sealed and without its storage', { sealed: true, standby: true }, 503],
  ])('answers for a cluster that is %s', async (_, state, status) => {
    expect((await health(state)).status).toBe(status);
  });

  it("honours the codes that Vault's Go client asks for", async () => {
    const codes = {
      uninitcode: '299',
      sealedcode: '299',
      standbycode: '299',
      drsecondarycode: '299',
      performancestandbycode: '299',
      removedcode: '299',
      haunhealthycode: '299',
    };
    expect((await health({ initialized: false, sealed: true }, codes)).status).toBe(299);
    expect((await health({ sealed: true }, codes)).status).toBe(299);
    expect((await health({ standby: true }, codes)).status).toBe(299);
    expect((await health({}, codes)).status).toBe(200);
    expect((await health({ standby: true }, { standbyok: 'true' })).status).toBe(200);
    expect((await health({ standby: true }, { standbyok: 'false' })).status).toBe(429);
    expect((await health({}, { activecode: '204' })).status).toBe(204);
  });

  it.each(['abc', '99', '600', '', '2.5'])('answers 400 to the code %j', async (code) => {
    await expect(health({}, { standbycode: code })).rejects.toMatchObject({ status: 400 });
  });

  it('names the cluster and its last commit only once unsealed', async () => {
    expect((await health({ sealed: true })).data).toMatchObject({
      standby: true,
      replication_performance_mode: 'unknown',
    });
    expect((await health({ sealed: true })).data).not.toHaveProperty('last_wal');
    expect((await health({})).data).toMatchObject({
      cluster_name: 'moon',
      last_wal: 42,
      replication_performance_mode: 'primary',
      standby: false,
    });
    expect((await health({ standby: true })).data).toMatchObject({ standby: true, sealed: false });
  });

  it.each([
    ['secondary', 3, 200],
    ['secondary', 11, 503],
    ['secondary', undefined, 503],
    ['bootstrapping', 0, 503],
    ['primary', undefined, 200],
  ] as const)('with max_lag=10s answers a %s that is %s s behind with %i', async (mode, lag, status) => {
    const cluster = new FakeCluster();
    [cluster.mode, cluster.lag] = [mode, lag];
    expect((await health({}, { max_lag: '10s' }, cluster)).status).toBe(status);
    expect((await health({}, {}, cluster)).status).toBe(200);
  });

  it.each(['soon', '-10s', '10x'])('refuses max_lag=%s, on any cluster', async (max_lag) => {
    await expect(health({}, { max_lag })).rejects.toMatchObject({ status: 400 });
    await expect(health({ sealed: true }, { max_lag })).rejects.toMatchObject({ status: 400 });
  });

  it('tells how the way to the primary is, and zeros where there is none', async () => {
    const cluster = new FakeCluster();
    expect((await health({}, {}, cluster)).data).toMatchObject({
      echo_duration_ms: 0,
      clock_skew_ms: 0,
      replication_primary_canary_age_ms: 0,
    });
    cluster.way = { durationMs: 7, clockSkewMs: -3, canaryAgeMs: 1200 };
    expect((await health({}, {}, cluster)).data).toMatchObject({
      echo_duration_ms: 7,
      clock_skew_ms: -3,
      replication_primary_canary_age_ms: 1200,
    });
  });
});

describe('sys/unseal', () => {
  const paths = () => new SealPaths(new FakeSeal({ sealed: true, progress: 1, nonce: 'n' }), new FakeCluster());

  it('wants a key or a reset', async () => {
    await expect(paths().unseal(body(new UnsealBody()))).rejects.toMatchObject({
      status: 400,
      message: "'key' must be specified in request body as JSON, or 'reset' set to true",
    });
  });

  it("answers the status, bare, with the cluster's name once unsealed", async () => {
    const sealed = await paths().status();
    expect(sealed).toMatchObject({
      bare: true,
      data: { type: 'shamir', sealed: true, t: 2, n: 3, progress: 1, nonce: 'n', storage_type: 'inmem' },
    });
    expect(sealed.data).not.toHaveProperty('cluster_name');
    const answer = await paths().unseal(body(Object.assign(new UnsealBody(), { key: 'ab' })));
    expect(answer.data).toMatchObject({ sealed: false, cluster_name: 'moon', cluster_id: 'id' });
  });
});

describe('sys/seal-status of a cluster that joins a replication set', () => {
  const noteOf = async (sealed: boolean, joining: boolean): Promise<unknown> => {
    const cluster = Object.assign(new FakeCluster(), { joining });
    return ((await new SealPaths(new FakeSeal({ sealed }), cluster).status()).data as Record<string, unknown>)[
      'replication_note'
    ];
  };

  it('says whose unseal keys it takes, and what it waits for', async () => {
    expect(await noteOf(true, true)).toContain('unseal keys of its primary');
    expect(await noteOf(false, true)).toContain('when its first copy is complete');
    expect(await noteOf(true, false)).toBeUndefined();
  });
});

describe('sys/init', () => {
  const init = (members: Partial<InitBody>) =>
    new InitPaths(new FakeSeal({})).init(body(Object.assign(new InitBody(), members)));

  it('hands out the shares in both spellings, without an envelope', async () => {
    expect(await init({ secret_shares: 1, secret_threshold: 1, pgp_keys: [] })).toEqual({
      bare: true,
      status: 200,
      data: { keys: ['00'], keys_base64: ['AA=='], root_token: 'hvs.root' },
    });
  });

  it.each([{ pgp_keys: ['x'] }, { root_token_pgp_key: 'x' }, { recovery_pgp_keys: ['x'] }])(
    'refuses %j instead of ignoring it',
    async (members) => {
      await expect(init(members)).rejects.toMatchObject({ status: 400, message: expect.stringContaining('PGP') });
    },
  );
});

describe('on a secondary', () => {
  const cluster = new FakeCluster();
  cluster.mode = 'secondary';

  it('rotate is refused', async () => {
    const paths = new KeyringPaths({} as never, cluster);
    await expect(paths.rotate(engineRequest())).rejects.toMatchObject({
      status: 400,
      message: 'cannot rotate on a replication secondary',
    });
  });

  it('every rekey path is refused', async () => {
    const paths = new RekeyPaths({} as never, cluster, {} as never);
    const methods = new Set(pathsOf(RekeyPaths).map(({ method }) => method)) as Set<keyof RekeyPaths>;
    expect(methods.size).toBe(9);
    for (const method of methods) {
      await expect(paths[method](engineRequest() as never)).rejects.toMatchObject({
        status: 400,
        message: 'rekeying can only be performed on the primary cluster when replication is activated',
      });
    }
  });
});

describe('what needs no token', () => {
  const declared = SYSTEM_PARTS.flatMap((part) => pathsOf(part)).filter(({ pattern }) =>
    /^(init|seal|unseal|health|leader|key-status|rotate|rekey|generate-root|decode-token)/.test(pattern),
  );

  it("is Vault's list and no more", () => {
    const open = new Set(declared.filter(({ unauthenticated }) => unauthenticated).map(({ pattern }) => pattern));
    expect([...open].sort()).toEqual([
      'decode-token',
      'generate-root-token/attempt',
      'generate-root-token/update',
      'generate-root/attempt',
      'generate-root/update',
      'health',
      'init',
      'leader',
      'rekey-recovery-key/*rest',
      'rekey/init',
      'rekey/update',
      'rekey/verify',
      'rotate/root/init',
      'rotate/root/update',
      'rotate/root/verify',
      'seal-status',
      'unseal',
    ]);
  });

  it('is served while sealed only where a sealed cluster has something to say', () => {
    const patterns = new Set(declared.filter(({ whileSealed }) => whileSealed).map(({ pattern }) => pattern));
    expect([...patterns].sort()).toEqual(['health', 'init', 'leader', 'seal-status', 'unseal']);
  });
});
