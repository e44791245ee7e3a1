import type { INestApplicationContext } from '@nestjs/common';
import { MountAdmin } from '@tidelock/core/mounts';
import { scopeOf } from '@tidelock/core/scope';
import { SealManager } from '@tidelock/core/seal';
import { UnsealedService } from '@tidelock/core/service';
import type { Store } from '@tidelock/store';
import { STORE } from './node-settings';

export interface DevelopmentFacts {
  readonly rootToken: string;
  /** base64 */
  readonly unsealKey: string;
}

/** Makes a node usable at once: one unseal key, a root token that may be chosen, KV version 2 at `secret/`. */
export async function prepareDevelopment(
  app: INestApplicationContext,
  chosenToken: string | undefined,
): Promise<DevelopmentFacts> {
  const { rootToken, unsealKey } = await app.get(SealManager).initWith(chosenToken);
  app.get(UnsealedService).developmentRootToken = rootToken;
  const unit = app.get<Store>(STORE).begin();
  await app
    .get(MountAdmin)
    .enable(scopeOf(unit), {
      kind: 'secret',
      path: 'secret',
      type: 'kv',
      options: { version: '2' },
      description: 'key/value secret storage',
    });
  unit.cause = { requestId: '', path: 'sys/mounts/secret' };
  await unit.commit();
  return { rootToken, unsealKey };
}
