export { UserpassMethod } from './userpass-method';
