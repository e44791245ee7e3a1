import { isTidelockError } from '@tidelock/kernel';
import type { LocalReader, Store, StreamSink } from '@tidelock/store';
import { PrimaryUnreachable } from '../cluster-port/cluster-client';
import { FULL_STREAM, readSyncNote, type StreamConsumer } from '@tidelock/stream';
import { readCredentials } from '../membership/role-store';
import type { SecondaryRole } from '../secondary/secondary-role';
import { unappliedMessages } from './unapplied-messages';

/** One thing that has to hold before a promotion. */
export interface SafetyCheck {
  readonly name: 'unfiltered' | 'primary-gone' | 'in-step' | 'broker';
  readonly passed: boolean;
  readonly detail: string;
}

export interface CheckedParts {
  readonly store: Pick<Store, 'position' | 'local' | 'replicated'> & Pick<StreamSink, 'streamPosition'>;
  readonly secondary: SecondaryRole;
  readonly consumer: Pick<StreamConsumer, 'highWatermark' | 'isEmpty' | 'subscribe'>;
  readonly topic: string;
  /** Why the broker did not do as asked, for people. */
  readonly explain: (error: unknown) => string;
}

const ANSWER_MS = 3000;

/** Whether a secondary can be promoted without losing a write or making a second primary. */
export async function promotionChecks(parts: CheckedParts): Promise<SafetyCheck[]> {
  const [gone, broker] = await Promise.all([primaryGone(parts.secondary), brokerAnswers(parts)]);
  return [...unfiltered(parts.secondary), gone, await inStep(parts), broker];
}

/** The check that no force overrides: the set would lose what is hidden here. Told only where it fails. */
export function unfiltered({ streamName }: Pick<SecondaryRole, 'streamName'>): SafetyCheck[] {
  if (streamName === FULL_STREAM) return [];
  return [
    failed(
      'unfiltered',
      'this secondary has a paths filter and so not all of the data; remove the filter on the primary first',
    ),
  ];
}

async function primaryGone(secondary: SecondaryRole): Promise<SafetyCheck> {
  if (secondary.primary === undefined) return passed('primary-gone', 'this cluster has no primary');
  const addresses = secondary.primary.knownAddresses.join(', ');
  const answers = failed('primary-gone', `the primary still answers at ${addresses}; demote it first`);
  try {
    await secondary.primary.probe(ANSWER_MS);
    return answers;
  } catch (error) {
    // Whoever refuses us is there.
    if (isTidelockError(error) && !(error instanceof PrimaryUnreachable)) return answers;
    return passed('primary-gone', `the primary does not answer at ${addresses}`);
  }
}

async function brokerAnswers({ consumer, topic, explain }: CheckedParts): Promise<SafetyCheck> {
  try {
    await consumer.highWatermark(topic);
    return passed('broker', 'the broker answers');
  } catch (error) {
    return failed('broker', `the stream cannot be read: ${explain(error)}`);
  }
}

async function inStep(parts: CheckedParts): Promise<SafetyCheck> {
  const { store, secondary } = parts;
  const untold = await leftBehind(secondary, store);
  if (untold !== undefined) return failed('in-step', untold);
  const lacking = await lackingBy(store.local);
  if (secondary.stream === undefined) return lacking === undefined ? idleInStep(parts) : failed('in-step', lacking);
  const { state, poison, difference } = secondary.stream.status();
  if (poison !== undefined)
    return failed('in-step', `the mutation ${poison.index} cannot be applied here: ${poison.reason}`);
  if (state !== 'stream-wals') return failed('in-step', `this cluster is in state ${state}, not stream-wals`);
  if (difference !== undefined) return failed('in-step', `this cluster differs from its primary: ${difference.reason}`);
  return asFarAs(secondary.primary?.primaryIndex ?? 0, store);
}

/** What the last comparison with a primary left open, whether there still is one or not. */
async function lackingBy(local: LocalReader): Promise<string | undefined> {
  const note = await readSyncNote(local);
  if (note === undefined) return undefined;
  if (note.phase !== 'done') return 'a comparison with the primary is due, and was not made';
  return note.difference && `this cluster differs from its primary: ${note.difference.reason}`;
}

/** @param told index that the primary told of last; 0: it was not heard since this process began. */
function asFarAs(told: number, store: Pick<Store, 'position'>): SafetyCheck {
  const behind = told - store.position().replicatedIndex;
  if (behind > 0) return failed('in-step', `this cluster lacks the primary's last ${behind} mutations`);
  return passed(
    'in-step',
    told === 0
      ? 'everything that came is applied; the primary was not heard since this process began'
      : 'everything that the primary has told of is applied',
  );
}

/**
 * What has been written that does not open here: neither the old primary nor the place in the stream tells of it. Messages under unknown keys tell
 * nothing: anybody who can write to the topic can have made them, and a true one lies behind the change of its key, which opens here.
 */
export async function leftBehind(
  { role: { epoch, primaryEpoch = epoch } }: Pick<SecondaryRole, 'role'>,
  { local }: Pick<Store, 'local'>,
): Promise<string | undefined> {
  const { lacksKeyAfter } = await readCredentials(local);
  if (lacksKeyAfter !== undefined)
    return 'the stream has a key that was not given to this cluster, and what was written under it does not open here; give it a token with secondary/update-primary';
  if (epoch <= primaryEpoch) return undefined;
  return `another cluster has begun epoch ${epoch}, and what it has written since does not open here; give this one a token of it with secondary/update-primary`;
}

/** A cluster that follows nobody is in step when the topic has nothing for it behind its place. */
async function idleInStep({ secondary, explain, ...parts }: CheckedParts): Promise<SafetyCheck> {
  const at = await parts.store.streamPosition();
  if (at === undefined || at.brokerOffset === '')
    return failed('in-step', 'this cluster does not know its place in the stream');
  try {
    const lacking = await unappliedMessages({ ...parts, set: secondary.role.setId }, at);
    return lacking === 0
      ? passed('in-step', 'this cluster has everything that the stream holds')
      : failed('in-step', `the stream holds ${lacking} messages that this cluster has not applied`);
  } catch (error) {
    return failed('in-step', `what the stream holds is not known: ${explain(error)}`);
  }
}

const passed = (name: SafetyCheck['name'], detail: string): SafetyCheck => ({ name, passed: true, detail });
const failed = (name: SafetyCheck['name'], detail: string): SafetyCheck => ({ name, passed: false, detail });
