export { type ApiAnswer, ApiClient, type ClientOptions, type Method, type TlsOptions } from './api-client';
export { ApiError } from './api-error';
