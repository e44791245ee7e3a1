export { caller, engineRequest, mountView } from './engine-request';
export { MemoryOutside } from './memory-outside';
export { MemoryStorage } from './memory-storage';
export { mountContext } from './mount-context';
