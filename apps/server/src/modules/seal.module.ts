import { Global, Module, type Provider } from '@nestjs/common';
import { Barrier } from '@tidelock/barrier';
import {
  AttemptSlot,
  ClusterSeal,
  KeyRotation,
  KeyUpkeep,
  NewRootKey,
  Rekey,
  type RekeyOrder,
  RootGeneration,
  RootTokenIssuer,
  SealManager,
  type TokenOrder,
} from '@tidelock/core/seal';
import { TokenStore } from '@tidelock/core/tokens';
import { CLOCK, LOGGER, KeyringService, RekeyService, RootGenerationService, SealService } from '@tidelock/engine-api';
import type { Clock, Logger } from '@tidelock/kernel';
import { ReplicationNode, type SetKeys } from '@tidelock/replication';
import type { ClusterStore, Store } from '@tidelock/store';
import { SEALS } from '../build';
import { STORE } from '../node/node-settings';

const rootKeyIn = (keys: SetKeys | undefined): Buffer | undefined => keys && Buffer.from(keys.rootKey, 'base64');

const providers: Provider[] = [
  {
    provide: RootTokenIssuer,
    inject: [TokenStore, CLOCK],
    useFactory: (tokens: TokenStore, clock: Clock): RootTokenIssuer => ({
      createRootToken: async (unit, chosen) => (await tokens.createRoot(unit, clock.now(), chosen)).clientToken,
      forget: () => tokens.clear(),
    }),
  },
  {
    provide: ClusterSeal,
    inject: [STORE, Barrier, LOGGER],
    useFactory: (store: Store, barrier: Barrier, logger: Logger) => new ClusterSeal(SEALS, store, barrier, logger),
  },
  {
    provide: SealManager,
    inject: [STORE, Barrier, ClusterSeal, RootTokenIssuer, CLOCK, LOGGER],
    useFactory: (
      store: ClusterStore,
      barrier: Barrier,
      clusterSeal: ClusterSeal,
      rootTokens: RootTokenIssuer,
      ...[clock, logger]: [Clock, Logger]
    ) => new SealManager({ store, barrier, clusterSeal, rootTokens, clock, logger }),
  },
  { provide: SealService, useExisting: SealManager },
  {
    provide: KeyRotation,
    inject: [STORE, Barrier, LOGGER],
    useFactory: (store: Store, barrier: Barrier, logger: Logger) => new KeyRotation(store, barrier, logger),
  },
  { provide: KeyringService, useExisting: KeyRotation },
  {
    provide: NewRootKey,
    inject: [STORE, Barrier, ReplicationNode, ClusterSeal, LOGGER],
    useFactory: (store: Store, barrier: Barrier, node: ReplicationNode, seal: ClusterSeal, logger: Logger) =>
      new NewRootKey({
        store,
        barrier,
        ask: async () => rootKeyIn(await node.setKeys()),
        keep: () => seal.keep(),
        logger,
      }),
  },
  {
    provide: KeyUpkeep,
    inject: [STORE, Barrier, KeyRotation, ReplicationNode, CLOCK, LOGGER],
    useFactory: (
      store: Store,
      barrier: Barrier,
      rotation: KeyRotation,
      node: ReplicationNode,
      ...[clock, logger]: [Clock, Logger]
    ) => new KeyUpkeep({ store, barrier, rotation, writesHere: () => !node.isSecondary, clock, logger }),
  },
  {
    provide: RootGeneration,
    inject: [STORE, Barrier, RootTokenIssuer, CLOCK, LOGGER],
    useFactory: (store: Store, barrier: Barrier, issuer: RootTokenIssuer, clock: Clock, logger: Logger) =>
      new RootGeneration(
        store,
        barrier,
        issuer,
        new AttemptSlot<TokenOrder>('root generation', clock, logger),
        SEALS.shares,
      ),
  },
  { provide: RootGenerationService, useExisting: RootGeneration },
  {
    provide: Rekey,
    inject: [STORE, Barrier, ClusterSeal, CLOCK, LOGGER],
    useFactory: (store: Store, barrier: Barrier, seal: ClusterSeal, clock: Clock, logger: Logger) =>
      new Rekey(store, barrier, new AttemptSlot<RekeyOrder>('rekey', clock, logger), clock, seal),
  },
  { provide: RekeyService, useExisting: Rekey },
];

/** Who may open the barrier. */
@Global()
@Module({ providers, exports: providers })
export class SealModule {}
