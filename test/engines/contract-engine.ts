import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  type BackgroundTask,
  Engine,
  type EngineContext,
  type EngineLifecycle,
  type EngineRequest,
  type EngineResponse,
  type LeasedSecret,
  type LeaseGrant,
  type MountContext,
  OnPath,
  param,
  readJson,
  type RenewContext,
  type StorageReader,
  type StorageView,
  writeJson,
} from '@tidelock/engine-api';
import { notFound } from '@tidelock/kernel';
import { note } from './trace';

/** What is kept in memory for a mount. */
interface State {
  readonly at: MountContext;
  /** As it was read last; `undefined` once it has changed. */
  greeting?: string;
}

type Request = EngineRequest<Readonly<Record<string, unknown>>, State>;

/** Below it lies what each cluster has for itself. */
const HERE = 'here/';

/** Bytes of a chunk: a connection takes some of them that nobody reads. */
const NOISE = 64 * 1024;
/** Bytes of a film between two looks at the memory. */
const FILM_PART = 4 * 1024 * 1024;

/**
 * Uses the members of the contract that need nothing outside, and notes what it is asked (`trace.ts`).
 *
 * A mount has a greeting (kept in memory), counters (counted in the background), passes (from a read) and tickets (from a write) with
 * leases, a picture (bytes), and a mass of keys.
 */
@Engine({ kind: 'secret', type: 'contract', help: 'Uses the contract.', localPrefixes: [HERE] })
export class ContractEngine implements EngineLifecycle<State> {
  readonly background: readonly BackgroundTask<State>[] = [
    { name: 'count', everySeconds: 1, on: 'writer', run: (at) => count(at, 'runs') },
    { name: 'count-here', everySeconds: 1, on: 'each-cluster', run: (at) => count(at, `${HERE}runs`) },
  ];

  open(at: MountContext): State {
    note(`open ${at.mount.path}`);
    return { at };
  }

  close({ at }: State): void {
    note(`close ${at.mount.path} ${at.signal.aborted ? 'aborted' : 'open'}`);
  }

  invalidate(state: State, key: string): void {
    if (key === 'greeting' || key === '') delete state.greeting;
  }

  @OnPath('update', 'greeting', { help: 'Says how to greet.' })
  async greet({ body }: Request, storage: StorageView): Promise<undefined> {
    await writeJson(storage, 'greeting', body['text']);
  }

  @OnPath('read', 'greeting', { help: 'Greets, from memory.' })
  async greeting({ state }: Request, storage: StorageView): Promise<EngineResponse> {
    const cached = state.greeting !== undefined;
    const greeting = (state.greeting ??= (await readJson<string>(storage, 'greeting')) ?? 'hello');
    return { data: { greeting, cached, writes: state.at.writes } };
  }

  @OnPath('read', 'counters', { help: 'Tells how often the tasks have run: in the set, and on this cluster.' })
  async counters(_request: Request, storage: StorageView): Promise<EngineResponse> {
    return { data: { set: await counted(storage, 'runs'), here: await counted(storage, `${HERE}runs`) } };
  }

  @OnPath('read', 'passes/:name', { help: 'Gives a pass, with a lease.' })
  async givePass(request: Request): Promise<EngineResponse> {
    return leased('pass', param(request, 'name'));
  }

  @OnPath('update', 'tickets/:name', { help: 'Makes a ticket, with a lease.' })
  async makeTicket(request: Request, storage: StorageView): Promise<EngineResponse> {
    const name = param(request, 'name');
    await writeJson(storage, `tickets/${name}`, { writes: request.state.at.writes });
    return leased('ticket', name);
  }

  @OnPath('read', 'tickets/:name', { help: 'Shows a ticket.' })
  async showTicket(request: Request, storage: StorageView): Promise<EngineResponse> {
    const ticket = await readJson<Record<string, unknown>>(storage, `tickets/${param(request, 'name')}`);
    if (ticket === undefined) throw notFound();
    return { data: ticket };
  }

  async renewLease({ internal }: LeasedSecret, at: RenewContext<State>): Promise<LeaseGrant> {
    note(`renew ${whatIn(internal)} of ${at.state.at.mount.path} by ${at.incrementSeconds}`);
    return { ...grantOf(internal), ttlSeconds: at.incrementSeconds };
  }

  async revokeLease({ internal }: LeasedSecret, at: EngineContext<State>): Promise<void> {
    note(`revoke ${whatIn(internal)} of ${at.state.at.mount.path}`);
  }

  @OnPath('update', 'picture', { help: 'Keeps a picture.', bytes: { contentTypes: ['image/png'] } })
  async hangPicture({ bytes = Buffer.alloc(0) }: Request, storage: StorageView): Promise<undefined> {
    await storage.put('picture', bytes);
  }

  @OnPath('read', 'picture', { help: 'Shows the picture.' })
  async showPicture(_request: Request, storage: StorageView): Promise<EngineResponse> {
    return { raw: { body: (await storage.get('picture')) ?? Buffer.alloc(0), contentType: 'image/png' } };
  }

  @OnPath('update', 'film', { help: 'Watches a film of any length.', bytes: { stream: true }, bodyLimit: Infinity })
  async watchFilm({ byteStream, mount }: Request): Promise<EngineResponse> {
    note(`watch ${mount.path}`);
    const growth = new Growth();
    let length = 0;
    for await (const chunk of byteStream ?? []) {
      if (length % FILM_PART > (length + chunk.length) % FILM_PART) growth.look();
      length += chunk.length;
    }
    return { data: { length, growth: growth.bytes } };
  }

  @OnPath('read', 'noise', { help: 'Sends noise without end.' })
  async makeNoise({ state }: Request): Promise<EngineResponse> {
    return { raw: { body: noiseOf(state.at), contentType: 'text/plain' } };
  }

  @OnPath('update', 'mass/:part', { help: 'Adds a number of keys.' })
  async addKeys(request: Request, storage: StorageView): Promise<undefined> {
    const part = param(request, 'part');
    for (let at = 0; at < Number(request.body['count']); at += 1)
      await storage.put(`mass/${part}/${String(at).padStart(200, '0')}`, Buffer.from('x'));
  }

  @OnPath('read', 'mass', {
    help: 'Sends all keys, one a line, and at the end by how many bytes the memory grew at most.',
  })
  async sendKeys({ state }: Request): Promise<EngineResponse> {
    return { raw: { body: keysOf(state.at), contentType: 'text/plain' } };
  }
}

async function* noiseOf({ mount }: MountContext): AsyncGenerator<Buffer> {
  try {
    for (;;) yield Buffer.alloc(NOISE);
  } finally {
    note(`silence ${mount.path}`);
  }
}

async function* keysOf(at: MountContext): AsyncGenerator<Buffer> {
  let sent = 0;
  const growth = new Growth();
  try {
    for await (const key of await at.read(async (storage) => storage.page('mass/'))) {
      yield Buffer.from(`${key}\n`);
      sent += 1;
      if (sent % 10_000 === 0) growth.look();
    }
    yield Buffer.from(`${growth.bytes}\n`);
  } finally {
    note(`sent ${sent} keys of ${at.mount.path}`);
  }
}

async function count(at: MountContext, key: string): Promise<void> {
  await at.transact(async (storage) => writeJson(storage, key, (await counted(storage, key)) + 1));
}

const counted = async (storage: StorageReader, key: string): Promise<number> =>
  (await readJson<number>(storage, key)) ?? 0;

const leased = (what: string, name: string): EngineResponse => ({
  data: { [what]: name },
  lease: grantOf({ what, name }),
});

const grantOf = (internal: LeaseGrant['internal']): LeaseGrant => ({
  ttlSeconds: 600,
  maxTtlSeconds: 0,
  renewable: true,
  internal,
});

const whatIn = ({ what, name }: LeaseGrant['internal']): string => `${String(what)} ${String(name)}`;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes of memory in use, without garbage: of JavaScript, and of buffers. */
function liveBytes(): number {
  // The second one counts the buffers that the first one freed.
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Growth of the memory in use. */
class Growth {
  /** The most that was seen. */
  bytes = 0;
  private readonly before = liveBytes();

  look(): void {
    this.bytes = Math.max(this.bytes, liveBytes() - this.before);
  }
}
