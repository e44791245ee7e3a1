export { type Asker } from './calls';
export { Attempts } from './attempts';
export { INTENT_PREFIX } from './intent-record';
export { OutsideRoom } from './outside-room';
