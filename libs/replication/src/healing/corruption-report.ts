import { rfc3339 } from '@tidelock/kernel';
import type { BucketFinding } from '@tidelock/store';

/** Vault's number of the tree over replicated state. */
const REPLICATED_TREE = '1';

/**
 * `data` of `sys/replication/merkle-check` (replication.md section 2.14): the tree is listed only when something in it is wrong, pages
 * by number with their subpages.
 *
 * @param root 40 hex digits.
 * @param at ms.
 */
export function corruptionReport(
  findings: readonly BucketFinding[],
  root: string,
  at: number,
): Readonly<Record<string, unknown>> {
  return {
    merkle_corruption_report: {
      corrupted_root: false,
      corrupted_tree_map: findings.length === 0 ? {} : { [REPLICATED_TREE]: treeOf(findings, root) },
      last_corruption_check_epoch: rfc3339(at),
    },
  };
}

function treeOf(findings: readonly BucketFinding[], root: string) {
  const pages: Record<string, { corrupted: boolean; subpages: number[] }> = {};
  for (const { bucket } of findings)
    (pages[bucket >> 8] ??= { corrupted: false, subpages: [] }).subpages.push(bucket & 255);
  return {
    corrupted_index_tuples_map: pages,
    corrupted_subtree_root: false,
    root_hash: Buffer.from(root, 'hex').toString('base64'),
    tree_type: 'replicated',
  };
}
