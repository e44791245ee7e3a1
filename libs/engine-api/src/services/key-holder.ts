/** Who takes part in what unseal keys authorise (generate-root, rekey). */
export interface KeyHolder {
  /** Where the request came from. */
  readonly remoteAddress: string;
  /** Sent a token that has `sudo` on the path: not needed, but nobody without one can stand in their way. */
  readonly trusted: boolean;
  /** For the log: the request, and whose token came with it. Never the token. */
  readonly requestId: string;
  readonly caller?: { readonly displayName: string; readonly accessor: string };
}
