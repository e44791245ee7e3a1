import type { ApiRequest } from '../../api/request';
import type { DeviceOrder } from './devices';

export const LIST_DEVICES: ApiRequest = { method: 'GET', path: 'sys/audit' };

const bare = (path: string): string => path.trim().replace(/^\/+|\/+$/g, '');

export const devicePath = (path: string): string => `sys/audit/${bare(path)}`;

export const enableDevice = (path: string, order: DeviceOrder): ApiRequest => ({
  method: 'POST',
  path: devicePath(path),
  body: { ...order },
});

export const disableDevice = (path: string): ApiRequest => ({ method: 'DELETE', path: devicePath(path) });

export const hashPath = (path: string): string => `sys/audit-hash/${bare(path)}`;

export const hashWith = (path: string, input: string): ApiRequest => ({
  method: 'POST',
  path: hashPath(path),
  body: { input },
});

const HEADERS = 'sys/config/auditing/request-headers';

export const LIST_HEADERS: ApiRequest = { method: 'GET', path: HEADERS };

export const headerPath = (name: string): string => `${HEADERS}/${name}`;

export const addHeader = (name: string, hmac: boolean): ApiRequest => ({
  method: 'POST',
  path: headerPath(name),
  body: { hmac },
});

export const removeHeader = (name: string): ApiRequest => ({ method: 'DELETE', path: headerPath(name) });
