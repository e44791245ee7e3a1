export { NoEntities } from './no-entities';
