import { Global, Module, type Provider } from '@nestjs/common';
import { AuditAdmin, AuditBroker } from '@tidelock/core/audit';
import { CorsSettings } from '@tidelock/core/cors';
import { NoEntities } from '@tidelock/core/identity';
import { ExpirySweep, LeaseManager, LeaseRevoker, PrimaryRevocation, UnmountedLeases } from '@tidelock/core/leases';
import { UserLockout } from '@tidelock/core/lockout';
import { EngineRegistry, MountAdmin, MountTable, RequestRouter } from '@tidelock/core/mounts';
import { Attempts, OutsideRoom } from '@tidelock/core/outside';
import { PasswordPolicyStore, PolicyStore } from '@tidelock/core/policies';
import { systemTimers } from '@tidelock/core/runtime';
import { ChangePolicy, notOnSecondary } from '@tidelock/core/scope';
import { BatchTokenKeys, LocalTokenService, TokenStore } from '@tidelock/core/tokens';
import { Wrapping } from '@tidelock/core/wrapping';
import {
  AuditService,
  ClusterService,
  CorsService,
  cubbyholePrefix,
  LeaseService,
  MountService,
  Outside,
  PasswordPolicyService,
  PolicyService,
  TokenService,
  UserLockoutService,
  WrappingService,
} from '@tidelock/engine-api';
import { MEMBERS, ReplicationNode } from '@tidelock/replication';
import { AUDIT_DEVICES } from './build';
import { made } from './made';
import { isBeingSynced } from '../node/being-synced';
import { ClusterFacts } from '../node/cluster-facts';

const mounts: Provider[] = [
  made(EngineRegistry, {}, () => new EngineRegistry()),
  made(
    MountTable,
    { registry: EngineRegistry, node: ReplicationNode, attempts: Attempts },
    ({ settings: defaults, node, ...parts }) =>
      new MountTable({ ...parts, defaults, writesHere: () => !node.isSecondary }),
  ),
  made(
    RequestRouter,
    { table: MountTable, registry: EngineRegistry },
    ({ table, registry }) => new RequestRouter(table, registry),
  ),
  made(ChangePolicy, { node: ReplicationNode }, ({ node, settings: { forwardMounts } }) => ({
    refuseReplicated: (change) =>
      node.isSecondary && !forwardMounts ? notOnSecondary(change, node.role.primaryApiAddr) : undefined,
  })),
  made(
    MountAdmin,
    { table: MountTable, registry: EngineRegistry, policy: ChangePolicy },
    ({ settings: defaults, ...parts }) => new MountAdmin({ ...parts, defaults }),
  ),
  { provide: MountService, useExisting: MountAdmin },
];

/** What engines do outside the store. */
const outside: Provider[] = [
  made(Attempts, {}, ({ store }) => new Attempts(store)),
  made(
    OutsideRoom,
    { attempts: Attempts, table: MountTable },
    ({ table, ...parts }) =>
      new OutsideRoom({ ...parts, mountOf: (unit, uuid) => table.mountIn(unit, uuid), timers: systemTimers }),
  ),
  { provide: Outside, useExisting: OutsideRoom },
];

const tokensAndLeases: Provider[] = [
  made(NoEntities, {}, () => new NoEntities()),
  made(
    BatchTokenKeys,
    { node: ReplicationNode },
    ({ store, barrier, node }) =>
      new BatchTokenKeys({
        store,
        barrier,
        writesHere: () => !node.isSecondary,
        ask: async () => (await node.setKeys())?.batchTokenKey,
        tellsOfTrust: (recordKey) => recordKey.startsWith(MEMBERS),
      }),
  ),
  made(TokenStore, { keys: BatchTokenKeys, table: MountTable }, ({ store, keys, table }) => {
    const tokens = new TokenStore(store, keys, (tokenId) => {
      const cubbyholes = table.prefixAt('cubbyhole/');
      return cubbyholes === undefined ? [] : [cubbyholes + cubbyholePrefix(tokenId)];
    });
    keys.onEnded(() => tokens.clear());
    return tokens;
  }),
  made(
    LeaseRevoker,
    { engines: MountTable, outside: OutsideRoom, node: ReplicationNode },
    ({ node, settings, ...parts }) =>
      new LeaseRevoker({
        ...parts,
        primary: new PrimaryRevocation(node, parts.store, settings),
        isBeingSynced: (local) => isBeingSynced(node, local),
      }),
  ),
  made(
    ExpirySweep,
    { tokens: TokenStore, revoker: LeaseRevoker },
    ({ store, tokens, revoker, clock, logger }) => new ExpirySweep(store, tokens, revoker, clock, logger),
  ),
  made(
    LeaseManager,
    { tokens: TokenStore, engines: MountTable, revoker: LeaseRevoker, sweep: ExpirySweep, outside: OutsideRoom },
    ({ outside: { intents }, ...parts }) => new LeaseManager({ ...parts, intents }),
  ),
  { provide: LeaseService, useExisting: LeaseManager },
  made(
    UnmountedLeases,
    { tokens: LeaseManager, engines: MountTable, outside: OutsideRoom, node: ReplicationNode },
    ({ outside: { intents }, node, ...parts }) =>
      // A sync brings a mount before what it stores.
      new UnmountedLeases({
        ...parts,
        intents,
        isComplete: () => !node.isSecondary || node.asSecondary?.stream?.status().state === 'stream-wals',
      }),
  ),
  made(
    TokenService,
    { tokens: TokenStore, engines: MountTable, sweep: ExpirySweep, identity: NoEntities },
    ({ tokens, store, engines, sweep, identity }) => new LocalTokenService(tokens, store, engines, sweep, identity),
  ),
  made(
    UserLockoutService,
    {},
    ({ settings, clock, logger }) => new UserLockout({ settings: settings.userLockout, clock, logger }),
  ),
  made(Wrapping, { tokens: TokenStore }, ({ tokens, settings: { apiAddr } }) => new Wrapping(tokens, apiAddr)),
  { provide: WrappingService, useExisting: Wrapping },
];

const policiesAndAudit: Provider[] = [
  made(PolicyStore, {}, ({ store }) => new PolicyStore(store)),
  { provide: PolicyService, useExisting: PolicyStore },
  made(CorsSettings, {}, ({ store }) => new CorsSettings(store)),
  { provide: CorsService, useExisting: CorsSettings },
  made(PasswordPolicyService, {}, () => new PasswordPolicyStore()),
  made(AuditBroker, {}, ({ store, logger }) => new AuditBroker({ store, deviceTypes: AUDIT_DEVICES, logger })),
  made(
    AuditService,
    { broker: AuditBroker, policy: ChangePolicy },
    (parts) => new AuditAdmin({ ...parts, deviceTypes: AUDIT_DEVICES }),
  ),
];

const cluster: Provider[] = [
  made(
    ClusterFacts,
    { node: ReplicationNode },
    ({ store, node, settings: { clusterName, apiAddr } }) =>
      new ClusterFacts(store, node, { apiAddr, ...(clusterName && { clusterName }) }),
  ),
  { provide: ClusterService, useExisting: ClusterFacts },
];

const providers = [...mounts, ...outside, ...tokensAndLeases, ...policiesAndAudit, ...cluster];

/** The rooms of the core, and the services that engines ask for. */
@Global()
@Module({ providers, exports: providers })
export class CoreModule {}
