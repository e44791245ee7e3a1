/** State of the seal. */
export interface SealStatus {
  readonly initialized: boolean;
  readonly sealed: boolean;
  /** Unsealed, and without the right to serve at the moment: another node has the storage, or it is away. */
  readonly standby: boolean;
  /** Shares needed; 0 before initialisation. */
  readonly t: number;
  /** Shares made; 0 before initialisation. */
  readonly n: number;
  /** Shares given so far. */
  readonly progress: number;
  /** Names the running attempt; `""` without one. */
  readonly nonce: string;
  /** Of this cluster's own seal: `shamir`. */
  readonly type: string;
  /** It unseals without operators; the shares are recovery shares. */
  readonly recoverable: boolean;
}

/** The only time that anybody sees these. */
export interface InitResult {
  /** Unseal shares, hex. */
  readonly keys: readonly string[];
  /** The same, base64. */
  readonly keysBase64: readonly string[];
  readonly rootToken: string;
}

/** Initialising, unsealing and sealing this cluster. */
export abstract class SealService {
  /** Also `true` while an unseal is still getting the service ready. */
  abstract readonly sealed: boolean;

  abstract status(): Promise<SealStatus>;

  /**
   * Makes the keys and a root token; the cluster stays sealed.
   *
   * @throws {TidelockError} INVALID_REQUEST: `Vault is already initialized`, `invalid seal configuration: …`.
   */
  abstract init(shares: number, threshold: number): Promise<InitResult>;

  /**
   * Takes one share. When it completes the set, the service is ready before this returns.
   *
   * @param key hex or base64.
   * @throws {TidelockError} INVALID_REQUEST for what is no key or a wrong set, NOT_INITIALIZED, INTERNAL.
   */
  abstract unseal(key: string): Promise<SealStatus>;

  /** Forgets the shares given so far. @throws {TidelockError} INVALID_REQUEST: `vault is unsealed`. */
  abstract resetUnseal(): Promise<SealStatus>;

  /** Forgets all keys. No error when sealed already. */
  abstract seal(): Promise<void>;
}
