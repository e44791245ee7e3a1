/** What policies say, for engines that decide by them. */
export abstract class PolicyService {
  /** Whether these policies together grant `sudo` on the path (full, without `/v1/`). The policy `root` always does. */
  abstract hasSudo(policies: readonly string[], path: string): Promise<boolean>;

  /** Whether these policies together grant anything at or below the prefix (`secret/`). The policy `root` always does. */
  abstract hasRightBelow(policies: readonly string[], prefix: string): Promise<boolean>;
}
