export { type CrossOrigin, CorsSettings } from './cors-settings';
