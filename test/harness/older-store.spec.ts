import { Barrier } from '@tidelock/barrier';
import { silentLogger } from '@tidelock/kernel';
import { systemTimers } from '@tidelock/core/runtime';
import { begin } from '@tidelock/core/runtime/testing';
import { ClusterSeal, SealManager } from '@tidelock/core/seal';
import { shamirSeal } from '@tidelock/seals/shamir';
import { openStore } from '@tidelock/store';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { olderStore } from './older-store';

describe('a store of an earlier build', () => {
  const { path, keys } = olderStore('sqlite');
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'tidelock-older-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("opens with its shares, gets the record of this cluster's seal, and keeps what is replicated as it was", async () => {
    const copy = join(folder, 'tidelock.db');
    copyFileSync(path, copy);
    const barrier = new Barrier();
    const store = await openStore({ kind: 'sqlite', path: copy }, barrier, { logger: silentLogger });
    const clusterSeal = new ClusterSeal({ shares: shamirSeal, own: shamirSeal }, store, barrier, silentLogger);
    const seal = new SealManager({
      store,
      barrier,
      clusterSeal,
      rootTokens: { createRootToken: async () => '', forget: () => undefined },
      clock: { now: () => 0 },
      timers: systemTimers,
      logger: silentLogger,
    });
    await begin(seal);
    const shares = await store.replicated.getSealed('seal-config');
    expect(JSON.parse(String(shares))).toMatchObject({ type: 'shamir', t: 2, n: 3 });
    for (const key of keys.slice(0, 2)) await seal.unseal(key);
    expect(seal.sealed).toBe(false);
    expect((await store.local.row('cluster', 'seal'))?.value.toString()).toBe('{"type":"shamir"}');
    expect(await store.replicated.getSealed('seal-config')).toEqual(shares);
    expect(await store.local.rows('token', { column: 'id', prefix: '' })).toHaveLength(3);
    await store.close();
  });
});
