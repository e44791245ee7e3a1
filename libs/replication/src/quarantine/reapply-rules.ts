import { badRequest, TidelockError } from '@tidelock/kernel';
import type { MutationRecord, ReplicatedReader } from '@tidelock/store';
import { CallBody, isRecord } from '../cluster-port/call-body';
import { lets } from '../filter/paths-filter';
import type { ReapplyingMember } from '../filter/filtering';
import { endOfEpoch, type Role } from '../membership/role-store';
import { type ReapplyCall, requireOfClients } from './reapply';
import type { MountDescription, MountRecords } from '../ports/mount-records';

export interface ReapplyRules extends ReapplyingMember {
  readonly role: Pick<Role, 'epoch' | 'epochs'>;
  readonly mounts: MountRecords;
  readonly replicated: ReplicatedReader;
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
    if (!(await isOpenTo(record, call, rules)))
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

/** A mount as the set has it, and as the mutation leaves it. */
interface MountChange {
  readonly before: MountDescription | undefined;
  readonly after: MountDescription | undefined;
}

/** @returns `undefined` where a record of the mount cannot be read: nobody knows what it would change. */
async function changeOf(
  uuid: string,
  { records }: ReapplyCall,
  { mounts, replicated }: ReapplyRules,
): Promise<MountChange | undefined> {
  const key = mounts.prefix + uuid;
  const known = await replicated.getSealed(key);
  // The last one counts.
  const sent = records.findLast((record) => record.key === key);
  const before = known && mounts.describe(key, known);
  const after = sent ? sent.value && mounts.describe(key, sent.value) : before;
  const isUnread = (known && !before) || (sent?.value && !after);
  return isUnread ? undefined : { before, after: after ?? undefined };
}

async function isOpenTo(record: MutationRecord, call: ReapplyCall, rules: ReapplyRules): Promise<boolean> {
  const { level, mounts } = rules;
  const { key } = record;
  const uuid = mounts.uuidIn(key);
  if (uuid === undefined) return level === 'all';
  const change = await changeOf(uuid, call, rules);
  if (change === undefined) return false;
  const known = [change.before, change.after].filter((mount) => mount !== undefined);
  if (known.length === 0) return isRestOfRemoval(record, uuid, rules);
  if (known.some((mount) => isHidden(mount, rules))) return false;
  if (key.startsWith(mounts.entriesOf(uuid))) return level === 'all' || known.every((mount) => mount.level === 'data');
  return level === 'all' && (await isSound(record, uuid, change, call, rules));
}

/** Large mounts are removed in many mutations; the mount itself goes with the first. The mark stays as long as it is needed. */
async function isRestOfRemoval(
  { key, value }: MutationRecord,
  uuid: string,
  { level, mounts, replicated }: ReapplyRules,
): Promise<boolean> {
  if (value !== null) return false;
  const entries = mounts.entriesOf(uuid);
  if (key.startsWith(entries)) return true;
  if (level !== 'all') return false;
  return !mounts.isMarkOfPurge(key) || (await replicated.keys(entries, { limit: 1 })).length === 0;
}

/** Whether what a record tells of a mount fits what the set has. */
async function isSound(
  record: MutationRecord,
  uuid: string,
  change: MountChange,
  call: ReapplyCall,
  rules: ReapplyRules,
): Promise<boolean> {
  const { before, after } = change;
  if ((before && isOfAll(before, rules)) || (after && isOfAll(after, rules))) return false;
  if (isMark(record, rules) && after !== undefined) return false;
  return keepsAccessor(change) && isAlone(uuid, change, call, rules);
}

const isHidden = ({ path }: MountDescription, { filter, mounts }: ReapplyRules): boolean =>
  filter !== undefined && !mounts.singletons.includes(path) && !lets(filter, path);

/** What it names is emptied: its removal has to come with it. */
const isMark = ({ key, value }: MutationRecord, { mounts }: ReapplyRules): boolean =>
  value !== null && mounts.isMarkOfPurge(key);

/** Every cluster has such a mount, or one at its path. */
const isOfAll = ({ path, singleton }: MountDescription, { mounts }: ReapplyRules): boolean =>
  singleton || mounts.singletons.some((own) => overlap(own, path));

const keepsAccessor = ({ before, after }: MountChange): boolean =>
  before === undefined || after === undefined || before.accessor === after.accessor;

/** Whether no other mount has the accessor of a new mount, or a path in the way of a new or moved one. */
async function isAlone(
  uuid: string,
  { before, after }: MountChange,
  call: ReapplyCall,
  rules: ReapplyRules,
): Promise<boolean> {
  if (after === undefined || before?.path === after.path) return true;
  const { prefix } = rules.mounts;
  const sent = call.records.map(({ key }) => key).filter((key) => key.startsWith(prefix));
  const others = new Set([...(await rules.replicated.keys(prefix)), ...sent]);
  others.delete(prefix + uuid);
  for (const key of others) {
    const other = (await changeOf(key.slice(prefix.length), call, rules))?.after;
    if (other && (other.accessor === after.accessor || overlap(other.path, after.path))) return false;
  }
  return true;
}

/** One is the other, or lies below it. */
const overlap = (one: string, other: string): boolean => one.startsWith(other) || other.startsWith(one);
