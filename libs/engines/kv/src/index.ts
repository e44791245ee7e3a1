export { KvV1Engine } from './kv-v1-engine';
export { KvV2Engine } from './kv-v2-engine';
