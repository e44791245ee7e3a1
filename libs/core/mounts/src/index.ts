export { ensureBuiltIns } from './admin/built-ins';
export { MountAdmin, type MountAdminNeeds } from './admin/mount-admin';
export type { MountPurger } from './admin/mount-purger';
export { MountPolicy, type MountVerb, readOnlyMountsError } from './admin/mount-policy';
export { UnsupportedOperation } from './unsupported-operation';
export type { PathMatch } from './paths/path-table';
export { EngineRegistry, type MountableType, type RegisteredEngine } from './registry/engine-registry';
export { RequestRouter, type ResolvedPath } from './request-router';
export type { LeaseDefaults, Mount, MountRecord } from './table/mount';
export { MountDescriptions } from './table/mount-descriptions';
export type { MountConflict } from './table/mount-catalog';
export {
  type DepartureListener,
  type MountedEngine,
  MountTable,
  type MountTableNeeds,
  type Route,
} from './table/mount-table';
