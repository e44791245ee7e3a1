export { fileDeviceType } from './file-device';
