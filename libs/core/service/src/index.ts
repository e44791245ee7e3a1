export { UnsealedService } from './unsealed-service';
