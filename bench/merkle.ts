import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Barrier, generateRootKey } from '@tidelock/barrier';
import { silentLogger, systemClock } from '@tidelock/kernel';
import { decodeCall, encodeCall, merkleCalls, RemoteMerklePeer } from '@tidelock/replication/testing';
import { MerkleServer } from '@tidelock/stream';
import { MerkleSync } from '@tidelock/stream/testing';
import { openStore, type ClusterStore } from '@tidelock/store';
import { type Figure, printTable } from './table';

const RECORDS = Number(process.env['BENCH_RECORDS'] ?? 1_000_000);
const DIFFERENCES = 10;
const RECORDS_PER_COMMIT = 5000;
/** As long as a sealed secret of 1,000 bytes. */
const VALUE_BYTES = 1033;

/** Comparing and checking two stores of a million records: what is moved, how long it takes, how long a request would have to wait. */
export async function benchMerkle(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tidelock-bench-'));
  const barrier = new Barrier();
  const rootKey = generateRootKey();
  barrier.unseal(rootKey, Barrier.newKeyring(rootKey, Date.now()));
  const [primary, secondary] = [await open(folder, 'primary', barrier), await open(folder, 'secondary', barrier)];
  try {
    await fill([primary, secondary], barrier);
    printTable(`Merkle trees over ${RECORDS} records, two stores in one process`, [
      ...(await diff(primary, secondary, barrier)),
      await check(secondary),
    ]);
  } finally {
    await Promise.all([primary.close(), secondary.close()]);
    rmSync(folder, { recursive: true });
  }
}

const open = (folder: string, name: string, barrier: Barrier): Promise<ClusterStore> =>
  openStore({ kind: 'sqlite', path: join(folder, `${name}.db`) }, barrier, { logger: silentLogger });

async function fill(stores: readonly ClusterStore[], barrier: Barrier): Promise<void> {
  const plain = Buffer.alloc(VALUE_BYTES - 33, 'x');
  for (let at = 0; at < RECORDS; at += RECORDS_PER_COMMIT) {
    const records = Array.from({ length: Math.min(RECORDS_PER_COMMIT, RECORDS - at) }, (_, n) =>
      recordOf(`entry/kv/${at + n}`, plain, barrier),
    );
    for (const store of stores) await store.applySync(records);
  }
}

const recordOf = (key: string, value: Buffer, barrier: Barrier) => ({ key, value: barrier.encrypt(value, `r/${key}`) });

/** Through the cluster port's encoding, counted. */
async function diff(primary: ClusterStore, secondary: ClusterStore, barrier: Barrier): Promise<Figure[]> {
  for (let n = 0; n < DIFFERENCES; n += 1)
    await primary.applySync([
      recordOf(`entry/kv/${Math.floor((n * RECORDS) / DIFFERENCES)}`, Buffer.from('changed'), barrier),
    ]);
  let bytes = 0;
  let calls = 0;
  const server = merkleCalls(
    async () =>
      new MerkleServer(primary, async () => ({ epoch: 1, index: 0, digest: Buffer.alloc(32), brokerOffset: '' })),
    () => [],
  ) as unknown as Record<string, (body: unknown, from: object) => Promise<unknown>>;
  const counted = (value: unknown): Buffer => {
    const encoded = encodeCall(value);
    bytes += encoded.length;
    return encoded;
  };
  const peer = new RemoteMerklePeer(async <T>(name: string, body: unknown): Promise<T> => {
    calls += 1;
    return decodeCall<T>(counted(await server[name]?.(decodeCall(counted(body)), { secondaryId: 'us-east' })));
  });
  const began = performance.now();
  await new MerkleSync({ store: secondary, peer, clock: systemClock, logger: silentLogger }).run();
  const took = performance.now() - began;
  if (primary.merkle.root() !== secondary.merkle.root()) throw new Error('the stores differ after the sync');
  return [
    {
      name: `bytes moved for ${DIFFERENCES} differences`,
      value: `${(bytes / 1024).toFixed(0)} KiB in ${calls} calls`,
      target: '< 1024 KiB',
    },
    { name: `time for ${DIFFERENCES} differences`, value: `${(took / 1000).toFixed(2)} s`, target: 'seconds' },
  ];
}

/** As `merkle-check` does it: in steps, between which requests are served. */
async function check(store: ClusterStore): Promise<Figure> {
  const STEP = 8;
  let longest = 0;
  const began = performance.now();
  for (let from = 0; from < 65_536; from += STEP) {
    const stepBegan = performance.now();
    if ((await store.integrity.check(from, STEP, { authenticate: true })).length > 0)
      throw new Error('a whole store was found damaged');
    longest = Math.max(longest, performance.now() - stepBegan);
    await setImmediate();
  }
  return {
    name: 'check of every record and bucket',
    value: `${((performance.now() - began) / 1000).toFixed(1)} s, longest step ${longest.toFixed(1)} ms`,
    target: 'steps of some ms',
  };
}
