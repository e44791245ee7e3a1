export { type ServiceRooms, UnsealedService } from './unsealed-service';
