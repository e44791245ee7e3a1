import { badRequest, TidelockError } from '@tidelock/kernel';
import type { MutationRecord, Store } from '@tidelock/store';
import { CallBody, isRecord } from '../cluster-port/call-body';
import { isSingletonPath, lets } from '../filter/paths-filter';
import type { ReapplyingMember } from '../filter/filtering';
import { endOfEpoch, type Role } from '../membership/role-store';
import { type ReapplyCall, requireFamilies } from './reapply';
import type { MountRecords } from '../ports/mount-records';

export interface ReapplyRules extends ReapplyingMember {
  readonly role: Pick<Role, 'epoch' | 'epochs'>;
  readonly mounts: MountRecords;
  readonly store: Pick<Store, 'replicated'>;
}

/**
 * A mutation may come back that a former reign wrote behind the point which later ones build on, and that touches nothing but what clients
 * keep, in mounts that its member is given.
 *
 * @throws {TidelockError} INVALID_REQUEST, PERMISSION_DENIED.
 */
export async function requireReappliable(call: ReapplyCall, rules: ReapplyRules): Promise<void> {
  requireCutOff(call, rules.role);
  requireFamilies(call);
  for (const record of call.records) {
    const [before, after] = await pathsOf(record, call, rules);
    if (!isOpenTo(record.key, [before, after], rules))
      throw new TidelockError(
        'PERMISSION_DENIED',
        `the mutation ${call.index} changes what this secondary may not change`,
      );
  }
}

/** What a peer sent, and nothing besides. @throws {TidelockError} INVALID_REQUEST when it is no mutation. */
export function reapplyCallIn(sent: unknown): ReapplyCall {
  const body = new CallBody('a mutation', sent);
  return {
    index: body.count('index'),
    epoch: body.count('epoch'),
    path: body.text('path'),
    records: body.list('records', isMutationRecord),
    batch: body.text('batch'),
  };
}

const isMutationRecord = (item: unknown): item is MutationRecord =>
  isRecord(item) && (item.value === null || Buffer.isBuffer(item.value));

function requireCutOff({ epoch, index }: ReapplyCall, { epoch: current, epochs }: ReapplyRules['role']): void {
  const end = endOfEpoch(epochs, epoch);
  const isCutOff =
    Number.isSafeInteger(epoch) &&
    Number.isSafeInteger(index) &&
    epoch > 0 &&
    epoch < current &&
    end !== undefined &&
    index > end;
  if (!isCutOff) throw badRequest(`the mutation ${index} of epoch ${epoch} is not one that a promotion has cut off`);
}

/** Where the mount of a record lies in the set, and where the mutation puts it; none where it is no mount's. */
async function pathsOf(
  { key }: MutationRecord,
  { records }: ReapplyCall,
  { mounts, store }: ReapplyRules,
): Promise<(string | undefined)[]> {
  const uuid = mounts.uuidIn(key);
  if (uuid === undefined) return [];
  const mountKey = mounts.prefix + uuid;
  const known = await store.replicated.getSealed(mountKey);
  const sent = records.find((record) => record.key === mountKey)?.value ?? undefined;
  return [known, sent].map((value) => value && mounts.describe(mountKey, value)?.path);
}

function isOpenTo(
  key: string,
  paths: readonly (string | undefined)[],
  { filter, level, mounts }: ReapplyRules,
): boolean {
  const isMounts = mounts.uuidIn(key) !== undefined;
  const known = paths.filter((path) => path !== undefined);
  if (isMounts && known.length === 0) return false;
  if (known.some((path) => filter !== undefined && !isSingletonPath(path) && !lets(filter, path))) return false;
  return (
    level === 'all' ||
    (isMounts &&
      !key.startsWith(mounts.prefix) &&
      !known.some((path) => path.startsWith('auth/') || isSingletonPath(path)))
  );
}
