import type {
  AuthBlock,
  AuthGrant,
  Caller,
  EngineOptions,
  EngineRequest,
  EngineResponse,
  EntityView,
  LeaseGrant,
  MountView,
  PathOptions,
  StorageView,
  Subject,
} from '@tidelock/engine-api';
import { caller } from '@tidelock/engine-testing';
import type { ResolvedPath } from '@tidelock/core/mounts';
import { Attempts } from '@tidelock/core/outside';
import type { AclRequest } from '@tidelock/core/policies';
import type { WrapOrder } from '@tidelock/core/wrapping';
import { badRequest, type Logger, silentLogger, TidelockError } from '@tidelock/kernel';
import type { CommitReceipt, UnitLimits, UnitOfWork } from '@tidelock/store';
import { FakeUnit, unitOf } from './fake-unit.testing';
import type { IncomingRequest } from './request/context';
import type { Answer } from './envelope/answer';
import { RequestPipeline } from './request-pipeline';
import type { Rooms } from './steps/ports';
import type { ForwardedAnswer } from './request/context';

export const NOW = 1_700_000_000_000;

export const CALLER = caller({ clientToken: 'hvs.client' });

export const ANN: EntityView = { id: 'e-1', name: 'ann', version: '1', metadata: {}, aliases: [], groups: [] };

export const AUTH: AuthBlock = {
  client_token: 'hvs.new',
  accessor: 'new-accessor',
  policies: ['default'],
  token_policies: ['default'],
  metadata: null,
  lease_duration: 60,
  renewable: true,
  entity_id: '',
  token_type: 'service',
  orphan: true,
  mfa_requirement: null,
  num_uses: 0,
};

export const MOUNT: MountView = {
  uuid: 'mount-1',
  path: 'secret/',
  type: 'kv',
  accessor: 'kv_01234567',
  local: false,
  options: {},
  defaultLeaseTtlSeconds: 3600,
  maxLeaseTtlSeconds: 7200,
};

export const incoming = (more: Partial<IncomingRequest> = {}): IncomingRequest => ({
  id: 'request-1',
  operation: 'read',
  path: 'secret/a',
  data: {},
  headers: {},
  clientToken: 'hvs.client',
  connection: { remoteAddress: '127.0.0.1', remotePort: 50000 },
  requiredStates: [],
  ...more,
});

export interface Reply extends Answer {
  readonly text: string | undefined;
  /** `{}` where the answer is no JSON. */
  readonly json: Record<string, unknown>;
}

export async function sendTo(
  rooms: Rooms,
  more: Partial<IncomingRequest> = {},
  logger: Logger = silentLogger,
): Promise<Reply> {
  const answer = await new RequestPipeline(rooms, logger).run(incoming(more));
  const { body } = answer;
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body.toString() : undefined;
  const isJson = answer.contentType === 'application/json' && text !== undefined;
  return { ...answer, text, json: isJson ? (JSON.parse(text) as Record<string, unknown>) : {} };
}

/** A write, and a handler that changes one key and answers nothing. */
export const WRITE = { operation: 'update', data: { value: 'x' } } as const;
export const writes = async (_request: unknown, storage: StorageView): Promise<undefined> => {
  await storage.put('key', Buffer.from('x'));
};

export const LEASE: LeaseGrant = { ttlSeconds: 60, maxTtlSeconds: 0, renewable: true, internal: {} };
export const GRANT: AuthGrant = { displayName: 'tester', policies: [], metadata: null, ttlSeconds: 0, renewable: true };

/**
 * Rooms around one path of one engine. Every member that a test may bend is a plain property; `log` tells what was asked
 * of the rooms, in order.
 */
export class FakeRooms implements Rooms {
  readonly log: string[] = [];
  readonly clock = { now: () => NOW };
  readonly committed = new Map<string, string>();
  readonly causes: UnitOfWork['cause'][] = [];
  readonly units: FakeUnit[] = [];
  readonly accessRequests: AclRequest[] = [];
  readonly wraps: WrapOrder[] = [];
  readonly limits: UnitLimits[] = [];
  /** Who was judged. */
  readonly judged: Subject[] = [];
  engine: EngineOptions = { kind: 'secret', type: 'kv', help: '' };
  declaration: Partial<PathOptions> = {};
  mount: MountView = MOUNT;
  open: ResolvedPath['open'];
  caller: Caller | undefined = CALLER;
  allowed = true;
  refusal: TidelockError | undefined;
  isSecondary = false;
  /** The mount has been disabled while the request ran. */
  isGone = false;
  hasDevices = false;
  auditFailure: TidelockError | undefined;
  /** Another request overtakes this many commits. */
  conflicts = 0;
  bodyWarnings: readonly string[] = [];
  /** What the primary says to a forwarded request. */
  primary: () => Promise<ForwardedAnswer> = async () => ({ response: { data: { from: 'primary' } }, index: 40 });
  indexArrives = true;
  exists: () => Promise<boolean> = async () => true;
  handler: (request: EngineRequest, storage: StorageView) => Promise<EngineResponse | undefined> = async () => ({
    data: { ok: true },
  });
  private at: CommitReceipt = { localIndex: 10, replicatedIndex: 20 };

  readonly store: Rooms['store'] = {
    begin: (limits = {}) => {
      this.limits.push(limits);
      const unit = new FakeUnit((committing) => this.commit(committing));
      this.units.push(unit);
      return unit as unknown as UnitOfWork;
    },
    position: () => this.at,
  };

  readonly attempts: Rooms['attempts'] = new Attempts({
    transact: () => Promise.reject(new Error('requests have their own')),
  });

  readonly availability: Rooms['availability'] = { refusal: () => this.refusal };

  readonly mounts: Rooms['mounts'] = {
    caughtUp: () => undefined,
    resolve: (path) => {
      this.log.push('resolve');
      if (!path.startsWith(this.mount.path)) throw new TidelockError('NO_HANDLER');
      return this.resolved(path);
    },
    resolveWhileSealed: (path) => (path.startsWith(this.mount.path) ? this.resolved(path) : undefined),
    storageOf: (unit) => this.storageOf(unitOf(unit)),
    requireMounted: async () => {
      if (this.isGone) throw new TidelockError('NO_HANDLER');
    },
    checkBody: (_declaration, raw) => ({ body: raw, warnings: this.bodyWarnings }),
    help: (path) => ({ data: { help: path } }),
  };

  /** What the row said when the use was taken. */
  takesLastUse = false;
  readonly tokens: Rooms['tokens'] = {
    authenticate: async () => {
      this.log.push('authenticate');
      return this.caller;
    },
    consumeUse: async (unit) => {
      this.log.push('consumeUse');
      unitOf(unit).put('use');
      return this.takesLastUse;
    },
    revokeSpent: async () => void this.log.push('revokeSpent'),
    createFromGrant: async (unit, grant, { entityId = '' }) => {
      this.log.push('createFromGrant');
      unitOf(unit).put(`token/${grant.displayName}`);
      return { ...AUTH, entity_id: entityId };
    },
  };

  /** Whom the calling token, or the login, belongs to. */
  entity: EntityView | undefined;
  readonly identity: Rooms['identity'] = {
    subjectOf: async ({ policies }) => ({ policies, ...(this.entity && { entity: this.entity }) }),
    entityOf: async ({ alias }) => {
      this.log.push(`entity of ${alias?.name}`);
      return this.entity;
    },
  };

  readonly policies: Rooms['policies'] = {
    aclOf: async (subject) => {
      this.judged.push(subject);
      return {
        allows: (request) => {
          this.log.push(`allows ${request.operation}`);
          this.accessRequests.push(request);
          return this.allowed;
        },
      };
    },
  };

  readonly leases: Rooms['leases'] = {
    register: async (unit, _caller, { path }, grant, index) => {
      this.log.push(index ? `register of ${index}` : 'register');
      unitOf(unit).put(`lease/${path}`);
      return { leaseId: `${path}/lease-1`, ttlSeconds: grant.ttlSeconds, renewable: grant.renewable };
    },
    giveBack: async ({ path }, _grant, index) => void this.log.push(`give back ${path} made by ${index}`),
  };

  readonly wrapping: Rooms['wrapping'] = {
    wrap: async (unit, order) => {
      this.log.push('wrap');
      this.wraps.push(order);
      unitOf(unit).put('wrapped');
      return {
        token: 'hvs.wrap',
        accessor: 'wrap-accessor',
        ttl: order.ttlSeconds,
        creation_time: '',
        creation_path: order.creationPath,
      };
    },
  };

  readonly audit: Rooms['audit'] = ((rooms: FakeRooms) => ({
    get hasDevices() {
      return rooms.hasDevices;
    },
    request: async () => {
      rooms.log.push('audit request');
      if (rooms.auditFailure) throw rooms.auditFailure;
    },
    response: async ({ failure }: { failure?: unknown }) =>
      void rooms.log.push(failure === undefined ? 'audit response' : 'audit failure'),
  }))(this);

  readonly replica: Rooms['replica'] = ((rooms: FakeRooms) => ({
    get isSecondary() {
      return rooms.isSecondary;
    },
    forward: () => {
      rooms.log.push('forward');
      return rooms.primary();
    },
    awaitIndex: async (index: number) => {
      rooms.log.push(`await ${index}`);
      return rooms.indexArrives;
    },
    checkConsistency: async (states: readonly string[]) => {
      rooms.log.push('consistency');
      if (states.includes('future')) throw new TidelockError('REQUIRED_STATE_MISSING', { multi: true });
      return states.includes('elsewhere') ? 'primary' : 'here';
    },
    stateHeader: (localIndex: number, replicatedIndex: number) => `${localIndex}:${replicatedIndex}`,
  }))(this);

  private commit(unit: FakeUnit): CommitReceipt {
    this.log.push('commit');
    if (this.conflicts > 0) {
      this.conflicts -= 1;
      throw new TidelockError('WRITE_CONFLICT');
    }
    for (const [key, value] of unit.puts) this.committed.set(key, value.toString());
    this.causes.push(unit.cause);
    this.at = { localIndex: this.at.localIndex + 1, replicatedIndex: this.at.replicatedIndex + 1 };
    return this.at;
  }

  /** One and the same as long as nothing bends it, like an engine's. */
  private declared(more: Partial<PathOptions>): ResolvedPath['declaration'] {
    if (this.last?.more !== more)
      this.last = {
        more,
        declaration: { operations: ['read', 'update'], pattern: ':key', method: 'serve', help: '', ...more },
      };
    return this.last.declaration;
  }

  private last: { readonly more: Partial<PathOptions>; readonly declaration: ResolvedPath['declaration'] } | undefined;

  private resolved(path: string): ResolvedPath {
    return {
      mount: this.mount,
      engineOptions: this.engine,
      declaration: this.declared(this.declaration),
      instance: {
        serve: (request: EngineRequest, storage: StorageView) => {
          this.log.push('handle');
          return this.handler(request, storage);
        },
        has: () => this.exists(),
      } as object,
      open: this.open,
      params: { key: path.slice(this.mount.path.length) },
      relative: path.slice(this.mount.path.length),
    };
  }

  /** Replicated storage: on a secondary it refuses to be written. */
  private storageOf(unit: FakeUnit): StorageView {
    const local = this.mount.local;
    const refuse = (): never => {
      throw new TidelockError('READ_ONLY_REPLICA');
    };
    return {
      get: async (key) =>
        unit.puts.get(key) ?? (this.committed.has(key) ? Buffer.from(this.committed.get(key) as string) : undefined),
      put: async (key, value) => (this.isSecondary && !local ? refuse() : void unit.puts.set(key, value)),
      delete: async () => {
        throw badRequest('not here');
      },
      list: async () => [],
      async *page() {},
    };
  }
}
