export { type Asker } from './calls';
export { Attempts } from './attempts';
export { hasIntents, INTENT_PREFIX } from './intent-record';
export { OutsideRoom } from './outside-room';
