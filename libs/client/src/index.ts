export { ApiClient, type ApiResponse, type RequestOptions } from './api-client';
export { ApiError, ConnectionError } from './api-error';
export { TlsFileError, type TlsSettings } from './tls-settings';
export { type TroubleKind, troubleOf } from './trouble';
