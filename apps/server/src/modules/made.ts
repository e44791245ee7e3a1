import type { Abstract, FactoryProvider } from '@nestjs/common';
import { Barrier } from '@tidelock/barrier';
import { CLOCK, LOGGER } from '@tidelock/engine-api';
import type { Clock, Logger } from '@tidelock/kernel';
import type { ClusterStore } from '@tidelock/store';
import { type NodeSettings, REPLICATION_LOGGER, SETTINGS, STORE } from '../node/node-settings';

/** What `FoundationModule` provides. */
interface Foundation {
  readonly store: ClusterStore;
  readonly barrier: Barrier;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly replicationLogger: Logger;
  readonly settings: NodeSettings;
}

const FOUNDATION: Readonly<Record<keyof Foundation, symbol | typeof Barrier>> = {
  store: STORE,
  barrier: Barrier,
  clock: CLOCK,
  logger: LOGGER,
  replicationLogger: REPLICATION_LOGGER,
  settings: SETTINGS,
};

type Needs = Readonly<Record<string, Abstract<unknown>>>;
export type Instances<N extends Needs> = { readonly [Name in keyof N]: N[Name]['prototype'] };

/** A provider that is made of others, each under a name, and of the foundation. */
export function made<T, N extends Needs>(
  provide: Abstract<T>,
  needs: N,
  make: (parts: Foundation & Instances<N>) => T,
): FactoryProvider<T> {
  const tokens = { ...FOUNDATION, ...needs };
  const names = Object.keys(tokens);
  return {
    provide,
    inject: Object.values(tokens) as FactoryProvider['inject'] & object,
    useFactory: (...parts: readonly unknown[]) =>
      make(Object.fromEntries(names.map((name, at) => [name, parts[at]])) as unknown as Foundation & Instances<N>),
  };
}
