export { ApiClient, type ApiResponse, type ClientOptions, type RequestOptions } from './api-client';
export { ApiError, ConnectionError } from './api-error';
export type { TlsSettings } from './tls-settings';
