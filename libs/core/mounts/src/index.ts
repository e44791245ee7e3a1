export { ensureBuiltIns } from './admin/built-ins';
export { MountAdmin } from './admin/mount-admin';
export type { MountPurger } from './admin/mount-purger';
export { MountPolicy, readOnlyMountsError } from './admin/mount-policy';
export { UnsupportedOperation } from './unsupported-operation';
export { EngineRegistry } from './registry/engine-registry';
export { RequestRouter } from './request-router';
export { MountDescriptions } from './table/mount-descriptions';
export { MountTable } from './table/mount-table';
