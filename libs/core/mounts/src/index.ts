export { ensureBuiltIns } from './admin/built-ins';
export { MountAdmin } from './admin/mount-admin';
export type { MountPurger } from './admin/mount-purger';
export { EngineRegistry } from './registry/engine-registry';
export { askEngine, type LeasedEngine, type LeasedEngines } from './table/leased-engines';
export { RequestRouter, type ResolvedPath, UnsupportedOperation } from './request-router';
export { MountDescriptions } from './table/mount-descriptions';
export { levelOfMount } from './table/mount-level';
export { MountTable } from './table/mount-table';
