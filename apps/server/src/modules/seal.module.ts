import { Global, Module, type Provider } from '@nestjs/common';
import { systemTimers } from '@tidelock/core/runtime';
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
import { KeyringService, RekeyService, RootGenerationService, SealService } from '@tidelock/engine-api';
import { ReplicationNode, type SetKeys } from '@tidelock/replication';
import { SEALS } from './build';
import { made } from './made';

const rootKeyIn = (keys: SetKeys | undefined): Buffer | undefined => keys && Buffer.from(keys.rootKey, 'base64');

const providers: Provider[] = [
  made(RootTokenIssuer, { tokens: TokenStore }, ({ tokens, clock }) => ({
    createRootToken: async (unit, chosen) => (await tokens.createRoot(unit, clock.now(), chosen)).clientToken,
    forget: () => tokens.clear(),
  })),
  made(ClusterSeal, {}, ({ store, barrier, logger }) => new ClusterSeal(SEALS, store, barrier, logger)),
  made(
    SealManager,
    { clusterSeal: ClusterSeal, rootTokens: RootTokenIssuer },
    (parts) => new SealManager({ ...parts, timers: systemTimers }),
  ),
  { provide: SealService, useExisting: SealManager },
  made(KeyRotation, {}, ({ store, barrier, logger }) => new KeyRotation(store, barrier, logger)),
  { provide: KeyringService, useExisting: KeyRotation },
  made(
    NewRootKey,
    { node: ReplicationNode, seal: ClusterSeal },
    ({ store, barrier, node, seal, logger }) =>
      new NewRootKey({
        store,
        barrier,
        ask: async () => rootKeyIn(await node.setKeys()),
        keep: () => seal.keep(),
        logger,
      }),
  ),
  made(
    KeyUpkeep,
    { rotation: KeyRotation, node: ReplicationNode },
    ({ node, ...parts }) => new KeyUpkeep({ ...parts, writesHere: () => !node.isSecondary }),
  ),
  made(
    RootGeneration,
    { issuer: RootTokenIssuer },
    ({ store, barrier, issuer, clock, logger }) =>
      new RootGeneration(
        store,
        barrier,
        issuer,
        new AttemptSlot<TokenOrder>('root generation', clock, logger),
        SEALS.shares,
      ),
  ),
  { provide: RootGenerationService, useExisting: RootGeneration },
  made(
    Rekey,
    { seal: ClusterSeal },
    ({ store, barrier, seal, clock, logger }) =>
      new Rekey(store, barrier, new AttemptSlot<RekeyOrder>('rekey', clock, logger), clock, seal),
  ),
  { provide: RekeyService, useExisting: Rekey },
];

/** Who may open the barrier. */
@Global()
@Module({ providers, exports: providers })
export class SealModule {}
