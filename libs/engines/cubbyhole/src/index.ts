export { CubbyholeEngine } from './cubbyhole-engine';
