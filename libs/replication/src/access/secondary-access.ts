import { setTimeout as sleep } from 'node:timers/promises';
import { type Life, type Task, unlessEnded } from '@tidelock/core/runtime';
import { type Logger, reasonOf } from '@tidelock/kernel';
import { type Store, undamagedRows } from '@tidelock/store';
import {
  type AccessOutcome,
  type AccessState,
  type BrokerSettings,
  readerGroup,
  type StreamAccess,
  type StreamReader,
} from '@tidelock/stream';
import { hasCredentials, type JoinersBroker, joinersPrincipal } from './carried-broker';

/** What is wanted at the broker for one secondary, and how far that is. Kept in a row of the local store. */
interface AccessRecord {
  readonly id: string;
  /** Who is to read; absent when revoked, and when it comes without a name. */
  readonly reader?: StreamReader;
  /** Who could read, and is not to any more. */
  readonly gone: readonly StreamReader[];
  /** `pending`: the broker has not answered yet. */
  readonly state: AccessState | 'pending';
  readonly commands: readonly string[];
}

export interface SecondaryAccessParts {
  readonly store: Pick<Store, 'begin' | 'local'>;
  readonly access: StreamAccess;
  readonly logger: Logger;
  /** The primary's. */
  readonly broker: BrokerSettings;
  readonly setId: string;
  /** Topic of the stream that a secondary follows. */
  readonly topicOf: (id: string) => string;
}

const PREVIEW_MS = 3000;

/**
 * The primary's care for what its secondaries may do at the broker. Nobody waits for it: the broker may be away, so what is
 * wanted is kept and tried until it is so, and asked for again whenever this cluster takes up its role.
 */
export class SecondaryAccess implements Task {
  readonly name = 'access';
  readonly retry = { first: 500, longest: 30_000 };
  private readonly records = new Map<string, AccessRecord>();
  private readonly unreconciled = new Set<string>();
  private life: Pick<Life, 'wake'> | undefined;

  constructor(private readonly parts: SecondaryAccessParts) {}

  /** @param life of the part that this is a task of. */
  async load(life: Pick<Life, 'wake'>): Promise<void> {
    this.life = life;
    const query = { column: 'key', prefix: this.key('') } as const;
    for (const { value } of await undamagedRows(this.parts.store.local, 'record', query)) {
      const record = JSON.parse(value.toString('utf8')) as AccessRecord;
      this.records.set(record.id, record);
      this.reconcileSoon(record.id);
    }
  }

  /** Each that is not as wanted has its turn, also behind one that fails. @throws {Error} for the first of those. */
  async run(signal: AbortSignal): Promise<void> {
    let failure: Error | undefined;
    for (const id of [...this.unreconciled]) {
      if (signal.aborted) return;
      this.unreconciled.delete(id);
      try {
        await unlessEnded(signal, this.reconcile(id, signal));
      } catch (cause) {
        this.unreconciled.add(id);
        failure ??= new Error(`the rights of secondary "${id}" at the broker are not as wanted: ${reasonOf(cause)}`, {
          cause,
        });
      }
    }
    if (failure !== undefined) throw failure;
  }

  /** `kafka_acls` of the status, by secondary. */
  status() {
    return Object.fromEntries(
      [...this.records.values()].map(({ id, reader, gone, state, commands }) => {
        const principal = (reader ?? gone[0])?.principal;
        return [id, { state, ...(principal && { principal }), commands }];
      }),
    );
  }

  /** For the one who makes an activation token: what has to be done first, if anything. */
  async warnings(id: string): Promise<string[]> {
    const { broker } = this.parts;
    if (!hasCredentials(broker)) return [];
    const ofSecondaries = this.principalOf(undefined);
    const warnings = await this.accessWarnings(this.readerFor(id, ofSecondaries ?? `User:<name of ${id} at Kafka>`));
    if (ofSecondaries === undefined)
      warnings.unshift(
        `Kafka wants credentials: secondary "${id}" needs a broker stanza with its own, as this cluster has no broker { secondary { sasl } } block to give it some.`,
      );
    return warnings;
  }

  /** A secondary has come. @throws {TidelockError} INVALID_REQUEST for a name that stands for more than one user. */
  async allow(id: string, joiner: JoinersBroker | undefined): Promise<void> {
    const principal = this.principalOf(joiner);
    const reader = principal === undefined ? undefined : this.readerFor(id, principal);
    await this.want(id, reader, reader === undefined ? 'not-needed' : 'pending');
  }

  /** A secondary follows another topic from now on. */
  async moved(id: string): Promise<void> {
    const { reader } = this.records.get(id) ?? {};
    if (reader !== undefined) await this.want(id, this.readerFor(id, reader.principal), 'pending');
  }

  /** Revoked: whatever it could read, it can no more. An unknown id is no error. */
  async forbid(id: string): Promise<void> {
    const record = this.records.get(id);
    if (record?.reader === undefined && record?.gone.length === 0) await this.keep(undefined, id);
    else if (record !== undefined) await this.want(id, undefined, 'pending');
  }

  private async accessWarnings(reader: StreamReader): Promise<string[]> {
    const preview = this.parts.access.preview(this.parts.broker, reader);
    const outcome = await Promise.race([preview, sleep(PREVIEW_MS, undefined, { ref: false })]).catch(() => undefined);
    if (outcome === undefined)
      return [
        'Kafka did not answer, so it is not known yet whether an administrator has to create ACLs: see kafka_acls in the status once the secondary has joined.',
      ];
    if (outcome.state !== 'manual') return [];
    return [
      'This cluster may not create ACLs at Kafka. Before the secondary can read, an administrator has to run:',
      ...outcome.commands,
    ];
  }

  private principalOf(joiner: JoinersBroker | undefined): string | undefined {
    const { access, broker } = this.parts;
    return joinersPrincipal(joiner, broker.secondary && access.principalOf({ ...broker, ...broker.secondary }));
  }

  private readerFor(id: string, principal: string): StreamReader {
    const { broker, setId, topicOf } = this.parts;
    return { principal, topic: topicOf(id), group: readerGroup(broker, setId, id) };
  }

  private async want(id: string, reader: StreamReader | undefined, state: AccessRecord['state']): Promise<void> {
    const before = this.records.get(id);
    const gone = [...(before?.gone ?? []), ...(before?.reader ? [before.reader] : [])].filter(
      (old) => !isSame(old, reader),
    );
    await this.keep({ id, ...(reader && { reader }), gone, state: gone.length > 0 ? 'pending' : state, commands: [] });
    this.reconcileSoon(id);
  }

  private reconcileSoon(id: string): void {
    this.unreconciled.add(id);
    this.life?.wake(this);
  }

  private async reconcile(id: string, signal: AbortSignal): Promise<void> {
    const { access, broker } = this.parts;
    const wanted = this.records.get(id);
    if (wanted === undefined) return;
    const { reader, gone } = await this.asFarAsKnown(wanted);
    const [outcomes, remaining]: [AccessOutcome[], StreamReader[]] = [[], []];
    for (const old of gone) {
      const outcome = await access.forbid(broker, old, this.isReadByOthers(id, old));
      outcomes.push(outcome);
      if (outcome.state === 'manual') remaining.push(old);
    }
    if (reader !== undefined) outcomes.push(await access.allow(broker, reader));
    // Something else is wanted by now: that is next.
    if (this.records.get(id) !== wanted || signal.aborted) return;
    const { reader: _, ...rest } = wanted;
    await this.reconciled({ ...rest, ...(reader && { reader }), gone: remaining }, outcomes);
  }

  /** A revocation may fall between any two steps of a join, and a crash right after it: who is not known has no rights. */
  private async asFarAsKnown({ id, reader, gone }: AccessRecord): Promise<Pick<AccessRecord, 'reader' | 'gone'>> {
    const row = await this.parts.store.local.row('secondary', id);
    if (reader === undefined || (row !== undefined && row.status !== 'revoked'))
      return { ...(reader && { reader }), gone };
    return { gone: [...gone, reader] };
  }

  private async reconciled(wanted: AccessRecord, outcomes: readonly AccessOutcome[]): Promise<void> {
    const { id, reader, gone } = wanted;
    const state =
      outcomes.find((outcome) => outcome.state === 'manual')?.state ?? outcomes.at(-1)?.state ?? 'not-needed';
    const commands = outcomes.flatMap((outcome) => outcome.commands);
    if (state === 'manual' && commands.join() !== wanted.commands.join()) {
      this.parts.logger.warn('this cluster may not change ACLs at Kafka; an administrator has to run these commands', {
        secondary: id,
        commands,
      });
    }
    await this.keep(
      reader === undefined && gone.length === 0 && outcomes.length > 0 ? undefined : { ...wanted, state, commands },
      id,
    );
  }

  /** Several secondaries may share a user. */
  private isReadByOthers(id: string, { principal, topic }: StreamReader): boolean {
    return [...this.records.values()].some(
      (other) => other.id !== id && other.reader?.principal === principal && other.reader.topic === topic,
    );
  }

  private async keep(record: AccessRecord | undefined, id = record?.id as string): Promise<void> {
    const unit = this.parts.store.begin();
    if (record === undefined) unit.local.delete('record', this.key(id));
    else unit.local.put('record', { key: this.key(id), value: Buffer.from(JSON.stringify(record)) });
    if (record === undefined) this.records.delete(id);
    else this.records.set(id, record);
    await unit.commit();
  }

  private key(id: string): string {
    return `replication/access/${this.parts.setId}/${id}`;
  }
}

const isSame = (a: StreamReader, b: StreamReader | undefined): boolean =>
  a.principal === b?.principal && a.topic === b.topic && a.group === b.group;
