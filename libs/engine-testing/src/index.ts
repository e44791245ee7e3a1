export { caller, engineRequest, mountView } from './engine-request';
export { MemoryStorage } from './memory-storage';
export { mountContext } from './mount-context';
