export { crashPoints } from './crash-points.contract';
