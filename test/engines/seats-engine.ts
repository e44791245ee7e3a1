import { randomUUID } from 'node:crypto';
import {
  type BackgroundTask,
  Engine,
  type EngineContext,
  type EngineLifecycle,
  type EngineRequest,
  type EngineResponse,
  IntField,
  type LeasedSecret,
  type LeaseGrant,
  type MountContext,
  OnPath,
  readJson,
  type RenewContext,
  type StorageReader,
  type StorageView,
  writeJson,
} from '@tidelock/engine-api';
import { badRequest } from '@tidelock/kernel';

class PoolBody {
  @IntField({ required: 'missing size', description: 'Seats that each cluster has.' }) size!: number;
}

interface State {
  readonly at: MountContext;
  /** Seats that each cluster has: read once, until that changes. */
  size?: Promise<number>;
}

/** Lends the seats of a licence: a seat is taken for as long as its lease lives. */
@Engine({ kind: 'secret', type: 'seats', help: 'Lends the seats of a licence.', localPrefixes: ['seat/'] })
export class SeatsEngine implements EngineLifecycle<State> {
  readonly background: readonly BackgroundTask<State>[] = [
    { name: 'watch', everySeconds: 60, on: 'each-cluster', run: warnWhenFull },
  ];

  open(at: MountContext): State {
    return { at };
  }

  invalidate(state: State, key: string): void {
    if (key === 'pool' || key === '') delete state.size;
  }

  @OnPath('update', 'pool', { help: 'Says how many seats there are.', body: PoolBody })
  async configure({ body }: EngineRequest<PoolBody>, storage: StorageView): Promise<undefined> {
    await writeJson(storage, 'pool', { size: body.size });
  }

  @OnPath('update', 'seats', { help: 'Takes a seat.' })
  async take({ state, now }: EngineRequest<object, State>, storage: StorageView): Promise<EngineResponse> {
    if ((await freeSeats(state, storage)) <= 0) throw badRequest('all seats are taken');
    const seat = randomUUID();
    await writeJson(storage, `seat/${seat}`, { since: now });
    return { data: { seat }, lease: leaseOf(seat) };
  }

  @OnPath('list', 'seats', { help: 'Lists the seats that are taken.' })
  async list(_request: EngineRequest, storage: StorageView): Promise<EngineResponse> {
    return { data: { keys: await storage.list('seat/') } };
  }

  async renewLease({ internal }: LeasedSecret, at: RenewContext<State>): Promise<LeaseGrant> {
    const seat = String(internal['seat']);
    if ((await at.storage.get(`seat/${seat}`)) === undefined) throw badRequest('the seat is gone');
    return leaseOf(seat, at.incrementSeconds);
  }

  async revokeLease({ internal }: LeasedSecret, { storage }: EngineContext<State>): Promise<void> {
    await storage.delete(`seat/${String(internal['seat'])}`);
  }
}

function leaseOf(seat: string, ttlSeconds = 0): LeaseGrant {
  return { ttlSeconds, maxTtlSeconds: 0, renewable: true, internal: { seat } };
}

async function freeSeats(state: State, storage: StorageReader): Promise<number> {
  state.size ??= storedSize(state);
  let free = await state.size;
  for await (const _seat of storage.page('seat/')) free -= 1;
  return free;
}

async function storedSize(state: State): Promise<number> {
  try {
    return (await state.at.read((storage) => readJson<PoolBody>(storage, 'pool')))?.size ?? 0;
  } catch (error) {
    delete state.size;
    throw error;
  }
}

function warnWhenFull(at: MountContext, state: State): Promise<void> {
  return at.read(async (storage) => {
    if ((await freeSeats(state, storage)) <= 0) at.logger.warn('all seats are taken', { mount: at.mount.path });
  });
}
