import type { ApiRequest } from '../../api/request';

/** `sys/generate-root/attempt` and `…/update`. */
export interface RootStatus {
  readonly started: boolean;
  readonly nonce: string;
  readonly progress: number;
  readonly required: number;
  readonly complete: boolean;
  readonly encoded_token: string;
  /** Told to whoever starts, once. */
  readonly otp: string;
}

export const ROOT_STATUS: ApiRequest = { method: 'GET', path: 'sys/generate-root/attempt' };
export const START_ROOT: ApiRequest = { method: 'POST', path: 'sys/generate-root/attempt', body: {} };

export const giveRootKey = (key: string, nonce: string): ApiRequest => ({
  method: 'POST',
  path: 'sys/generate-root/update',
  body: { key, nonce },
});

export const cancelRoot = (nonce: string): ApiRequest => ({
  method: 'DELETE',
  path: 'sys/generate-root/attempt',
  body: { nonce },
});

/** `sys/rekey/init` and `…/update`. */
export interface RekeyStatus {
  readonly started?: boolean;
  readonly nonce: string;
  /** Threshold and number of the new keys. */
  readonly t: number;
  readonly n: number;
  readonly progress: number;
  readonly required: number;
  readonly complete?: boolean;
  readonly keys?: readonly string[];
  readonly keys_base64?: readonly string[];
  readonly verification_required: boolean;
  /** Absent until the new keys are out and wait to be given back. */
  readonly verification_nonce?: string;
}

/** `sys/rekey/verify`. */
export interface VerificationStatus {
  readonly nonce: string;
  readonly t: number;
  readonly progress: number;
  readonly complete?: boolean;
}

export const REKEY_STATUS: ApiRequest = { method: 'GET', path: 'sys/rekey/init' };

export const startRekey = (shares: number, threshold: number, verify: boolean): ApiRequest => ({
  method: 'POST',
  path: 'sys/rekey/init',
  body: { secret_shares: shares, secret_threshold: threshold, require_verification: verify },
});

export const giveOldKey = (key: string, nonce: string): ApiRequest => ({
  method: 'POST',
  path: 'sys/rekey/update',
  body: { key, nonce },
});

export const cancelRekey = (nonce: string): ApiRequest => ({
  method: 'DELETE',
  path: 'sys/rekey/init',
  body: { nonce },
});

export const VERIFICATION_STATUS: ApiRequest = { method: 'GET', path: 'sys/rekey/verify' };

export const giveNewKey = (key: string, nonce: string): ApiRequest => ({
  method: 'POST',
  path: 'sys/rekey/verify',
  body: { key, nonce },
});

export const restartVerification = (nonce: string): ApiRequest => ({
  method: 'DELETE',
  path: 'sys/rekey/verify',
  body: { nonce },
});

/** `sys/key-status`. */
export interface KeyStatus {
  readonly term: number;
  readonly install_time: string;
  readonly encryptions: number;
}

export const KEY_STATUS: ApiRequest = { method: 'GET', path: 'sys/key-status' };
export const ROTATE: ApiRequest = { method: 'POST', path: 'sys/rotate' };

/** `sys/rotate/config`. */
export interface RotationConfig {
  readonly enabled: boolean;
  /** Seconds; 0: not because of its age. */
  readonly interval: number;
  readonly max_operations: number;
}

export const ROTATION_CONFIG: ApiRequest = { method: 'GET', path: 'sys/rotate/config' };

export const configureRotation = (enabled: boolean, interval: string, operations: string): ApiRequest => ({
  method: 'POST',
  path: 'sys/rotate/config',
  body: { enabled, interval: interval.trim() || '0', max_operations: operations.trim() },
});
