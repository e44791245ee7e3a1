import { badRequest, TidelockError } from '@tidelock/kernel';
import type { MutationRecord, Store } from '@tidelock/store';
import { CallBody, isRecord } from '../cluster-port/call-body';
import { lets } from '../filter/paths-filter';
import type { ReapplyingMember } from '../filter/filtering';
import { endOfEpoch, type Role } from '../membership/role-store';
import { type ReapplyCall, requireOfClients } from './reapply';
import type { MountDescription, MountRecords } from '../ports/mount-records';

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
  requireOfClients(call, rules.mounts);
  for (const record of call.records) {
    const described = await mountsOf(record, call, rules);
    if (!isOpenTo(record.key, described, rules))
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

/** The mount of a record as the set has it, and as the mutation makes it; none where it is no mount's. */
async function mountsOf(
  { key }: MutationRecord,
  { records }: ReapplyCall,
  { mounts, store }: ReapplyRules,
): Promise<(MountDescription | undefined)[]> {
  const uuid = mounts.uuidIn(key);
  if (uuid === undefined) return [];
  const mountKey = mounts.prefix + uuid;
  const known = await store.replicated.getSealed(mountKey);
  const sent = records.find((record) => record.key === mountKey)?.value ?? undefined;
  return [known, sent].map((value) => value && mounts.describe(mountKey, value));
}

function isOpenTo(
  key: string,
  described: readonly (MountDescription | undefined)[],
  { filter, level, mounts }: ReapplyRules,
): boolean {
  const uuid = mounts.uuidIn(key);
  const known = described.filter((mount) => mount !== undefined);
  if (uuid !== undefined && known.length === 0) return false;
  const isHidden = ({ path }: MountDescription) =>
    filter !== undefined && !mounts.singletons.includes(path) && !lets(filter, path);
  if (known.some(isHidden)) return false;
  if (level === 'all') return true;
  return uuid !== undefined && key.startsWith(mounts.entriesOf(uuid)) && known.every((mount) => mount.level === 'data');
}
