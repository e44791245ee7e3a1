/** What keeps a cluster's root key while that cluster is sealed. Each kind is a library of its own, `libs/seals/<type>`. */
export interface Seal {
  /** As `sys/seal-status` tells it. */
  readonly type: string;
  /** The root key comes back without operators. The set's shares are recovery shares then. */
  readonly recoverable: boolean;
  /**
   * Puts the root key behind the seal.
   *
   * @param shares at least as many as open it again; a seal that is recoverable needs none.
   */
  wrap(rootKey: Buffer, shares?: readonly Buffer[]): Promise<Buffer>;
  /**
   * Reverses `wrap`.
   *
   * @returns 32 bytes: overwrite them after use.
   * @throws {TidelockError} CORRUPT_RECORD when it does not open, or an Error when the shares do not fit together.
   */
  unwrap(wrapped: Buffer, shares?: readonly Buffer[]): Promise<Buffer>;
}

/** A seal that operators open together. */
export interface ShareSeal extends Seal {
  readonly recoverable: false;
  /** @returns `n` new shares, any `t` of which make up one new secret. Nobody keeps them but their holders. */
  newShares(n: number, t: number): Promise<readonly Buffer[]>;
}

/** The seals that a node works with. */
export interface Seals {
  /** Makes the set's shares, and opens the root key that is behind them: on each cluster, whatever its own seal is. */
  readonly shares: ShareSeal;
  /** This cluster's own: `shares` where operators unseal it. */
  readonly own: Seal;
}
