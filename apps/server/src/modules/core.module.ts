import { Global, Module, type Provider } from '@nestjs/common';
import { Barrier } from '@tidelock/barrier';
import { AuditAdmin, AuditBroker, AuditPolicy, readOnlyAuditError } from '@tidelock/core/audit';
import { CorsSettings } from '@tidelock/core/cors';
import { NoEntities } from '@tidelock/core/identity';
import { ExpirySweep, LeaseManager, LeaseRevoker } from '@tidelock/core/leases';
import { UserLockout } from '@tidelock/core/lockout';
import {
  EngineRegistry,
  MountAdmin,
  MountPolicy,
  MountTable,
  readOnlyMountsError,
  RequestRouter,
} from '@tidelock/core/mounts';
import { Attempts, OutsideRoom } from '@tidelock/core/outside';
import { PasswordPolicyStore, PolicyStore } from '@tidelock/core/policies';
import { BatchTokenKeys, LocalTokenService, TokenBelongings, TokenStore } from '@tidelock/core/tokens';
import { ApiAddress, Wrapping } from '@tidelock/core/wrapping';
import {
  AuditService,
  CLOCK,
  ClusterService,
  CorsService,
  cubbyholePrefix,
  LeaseService,
  LOGGER,
  MountService,
  PasswordPolicyService,
  PolicyService,
  TokenService,
  UserLockoutService,
  WrappingService,
} from '@tidelock/engine-api';
import type { Clock, Logger } from '@tidelock/kernel';
import { MEMBERS, ReplicationNode } from '@tidelock/replication';
import type { ClusterStore, Store } from '@tidelock/store';
import { AUDIT_DEVICES } from '../build';
import { ClusterFacts } from '../node/cluster-facts';
import { type NodeSettings, SETTINGS, STORE } from '../node/node-settings';

const mounts: Provider[] = [
  { provide: EngineRegistry, useFactory: () => new EngineRegistry() },
  {
    provide: MountTable,
    inject: [STORE, EngineRegistry, SETTINGS, CLOCK, LOGGER, ReplicationNode, Attempts],
    useFactory: (
      store: Store,
      registry: EngineRegistry,
      defaults: NodeSettings,
      clock: Clock,
      ...[logger, node, attempts]: [Logger, ReplicationNode, Attempts]
    ) => new MountTable({ store, attempts, registry, defaults, clock, logger, writesHere: () => !node.isSecondary }),
  },
  {
    provide: RequestRouter,
    inject: [MountTable, EngineRegistry],
    useFactory: (table: MountTable, registry: EngineRegistry) => new RequestRouter(table, registry),
  },
  {
    provide: MountPolicy,
    inject: [ReplicationNode, SETTINGS],
    useFactory: (node: ReplicationNode, { forwardMounts }: NodeSettings): MountPolicy => ({
      refuseReplicated: (verb) =>
        node.isSecondary && !forwardMounts ? readOnlyMountsError(verb, node.role.primaryApiAddr) : undefined,
    }),
  },
  {
    provide: MountAdmin,
    inject: [MountTable, EngineRegistry, STORE, MountPolicy, SETTINGS, LOGGER],
    useFactory: (
      table: MountTable,
      registry: EngineRegistry,
      store: Store,
      policy: MountPolicy,
      ...[defaults, logger]: [NodeSettings, Logger]
    ) => new MountAdmin({ table, registry, store, policy, defaults, logger }),
  },
  { provide: MountService, useExisting: MountAdmin },
];

const tokensAndLeases: Provider[] = [
  { provide: NoEntities, useFactory: () => new NoEntities() },
  {
    provide: TokenBelongings,
    inject: [MountTable],
    useFactory: (table: MountTable): TokenBelongings => ({
      prefixesOf(tokenId) {
        const cubbyholes = table.prefixAt('cubbyhole/');
        return cubbyholes === undefined ? [] : [cubbyholes + cubbyholePrefix(tokenId)];
      },
    }),
  },
  {
    provide: BatchTokenKeys,
    inject: [STORE, Barrier, ReplicationNode],
    useFactory: (store: Store, barrier: Barrier, node: ReplicationNode) =>
      new BatchTokenKeys({
        store,
        barrier,
        writesHere: () => !node.isSecondary,
        ask: async () => (await node.setKeys())?.batchTokenKey,
        tellsOfTrust: (recordKey) => recordKey.startsWith(MEMBERS),
      }),
  },
  {
    provide: TokenStore,
    inject: [STORE, BatchTokenKeys, TokenBelongings],
    useFactory: (store: Store, keys: BatchTokenKeys, belongings: TokenBelongings) => {
      const tokens = new TokenStore(store, keys, belongings);
      keys.onEnded(() => tokens.clear());
      return tokens;
    },
  },
  {
    provide: LeaseRevoker,
    inject: [STORE, MountTable, OutsideRoom, LOGGER],
    useFactory: (store: Store, engines: MountTable, outside: OutsideRoom, logger: Logger) =>
      new LeaseRevoker(store, engines, outside, logger),
  },
  {
    provide: ExpirySweep,
    inject: [STORE, TokenStore, LeaseRevoker, CLOCK, LOGGER],
    useFactory: (store: Store, tokens: TokenStore, revoker: LeaseRevoker, clock: Clock, logger: Logger) =>
      new ExpirySweep(store, tokens, revoker, clock, logger),
  },
  {
    provide: LeaseManager,
    inject: [STORE, TokenStore, MountTable, LeaseRevoker, ExpirySweep, LOGGER],
    useFactory: (
      store: Store,
      tokens: TokenStore,
      engines: MountTable,
      revoker: LeaseRevoker,
      ...[sweep, logger]: [ExpirySweep, Logger]
    ) => new LeaseManager({ store, tokens, engines, revoker, sweep, logger }),
  },
  { provide: LeaseService, useExisting: LeaseManager },
  {
    provide: TokenService,
    inject: [TokenStore, STORE, MountTable, ExpirySweep, NoEntities],
    useFactory: (tokens: TokenStore, store: Store, engines: MountTable, sweep: ExpirySweep, identity: NoEntities) =>
      new LocalTokenService(tokens, store, engines, sweep, identity),
  },
  {
    provide: UserLockoutService,
    inject: [MountService, SETTINGS, CLOCK, LOGGER],
    useFactory: (mounts: MountService, { userLockout: settings }: NodeSettings, clock: Clock, logger: Logger) =>
      new UserLockout({ mounts, settings, clock, logger }),
  },
  {
    provide: ApiAddress,
    inject: [SETTINGS],
    useFactory: ({ apiAddr }: NodeSettings): ApiAddress => ({ get: () => apiAddr }),
  },
  {
    provide: Wrapping,
    inject: [TokenStore, ApiAddress],
    useFactory: (tokens: TokenStore, address: ApiAddress) => new Wrapping(tokens, address),
  },
  { provide: WrappingService, useExisting: Wrapping },
];

const policiesAndAudit: Provider[] = [
  { provide: PolicyStore, inject: [STORE], useFactory: (store: Store) => new PolicyStore(store) },
  { provide: PolicyService, useExisting: PolicyStore },
  { provide: CorsSettings, inject: [STORE], useFactory: (store: Store) => new CorsSettings(store) },
  { provide: CorsService, useExisting: CorsSettings },
  { provide: PasswordPolicyService, useFactory: () => new PasswordPolicyStore() },
  {
    provide: AuditBroker,
    inject: [STORE, LOGGER],
    useFactory: (store: Store, logger: Logger) => new AuditBroker({ store, deviceTypes: AUDIT_DEVICES, logger }),
  },
  {
    provide: AuditPolicy,
    inject: [ReplicationNode, SETTINGS],
    useFactory: (node: ReplicationNode, { forwardMounts }: NodeSettings): AuditPolicy => ({
      refuseReplicated: (verb) =>
        node.isSecondary && !forwardMounts ? readOnlyAuditError(verb, node.role.primaryApiAddr) : undefined,
    }),
  },
  {
    provide: AuditService,
    inject: [AuditBroker, AuditPolicy, CLOCK, LOGGER],
    useFactory: (broker: AuditBroker, policy: AuditPolicy, clock: Clock, logger: Logger) =>
      new AuditAdmin({ broker, deviceTypes: AUDIT_DEVICES, policy, clock, logger }),
  },
];

const cluster: Provider[] = [
  {
    provide: ClusterFacts,
    inject: [STORE, ReplicationNode, SETTINGS],
    useFactory: (
      store: ClusterStore,
      node: ReplicationNode,
      { clusterName, apiAddr, clusterAddr, development }: NodeSettings,
    ) =>
      new ClusterFacts(store, node, {
        apiAddr,
        clusterAddr,
        development: development !== undefined,
        ...(clusterName && { clusterName }),
      }),
  },
  { provide: ClusterService, useExisting: ClusterFacts },
];

const providers = [...mounts, ...tokensAndLeases, ...policiesAndAudit, ...cluster];

/** The rooms of the core, and the services that engines ask for. */
@Global()
@Module({ providers, exports: providers })
export class CoreModule {}
