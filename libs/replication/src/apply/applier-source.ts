import type { Applier } from './applier';

/** Gives the applier of the set this cluster follows at the moment; it changes with the role. Serves as Nest's DI token. */
export abstract class ApplierSource {
  abstract current(): Applier | undefined;
}
