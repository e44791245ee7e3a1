import { EventEmitter } from 'node:events';
import { type Clock, type Logger, reasonOf, TidelockError } from '@tidelock/kernel';
import type { MerkleStore, MutationRecord, Store, StreamPosition, StreamSink } from '@tidelock/store';
import { type Checkpoint, decodeCheckpoint } from '../domain/checkpoint';
import type { OpenedMessage } from '../domain/envelope';
import { type RefusalReason, ResyncWanted } from '../domain/errors';
import { StreamGapError } from '../domain/judge';
import type { StreamKeyring } from '../domain/stream-key';
import { readSyncNote } from './sync-note';
import type { StreamMessage } from '../ports/stream';
import { BatchReader } from './batch-reader';
import { type AppliedMessage, Chunk, ChunkWriter, PoisonError } from './chunk';
import type { Reigns } from './coverage';
import { HAS_EFFECT, type MessageEffect } from './message-effect';
import { positionAfter } from './message-reader';
import { type Refusal, type RefusalCount, Refusals } from './refusals';
import type { ReadMessage } from './uncovered';

export interface ApplierParts {
  readonly store: Pick<Store, 'transact' | 'local'> &
    Pick<StreamSink, 'applyStream' | 'streamPosition'> &
    Pick<MerkleStore, 'merkle'>;
  readonly set: string;
  readonly keys: StreamKeyring;
  /** Name of the stream: `full`, or a filter's id. */
  readonly stream: string;
  /** Whose signatures count. */
  readonly reigns: Reigns;
  /** Reads a mutation's body. @throws when it is none. */
  readonly decode: (body: Buffer) => { readonly records: readonly MutationRecord[] };
  readonly effect?: MessageEffect;
  /**
   * A message is sealed with a key that is not in `keys`, or the reign of this epoch is not known: asks for it. @throws when nobody could be asked:
   * such a message is refused then, and whoever was asked sees to it that the stream is read again from the position once there is an answer.
   */
  readonly onUnknownKey?: () => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What the follower and the metrics are told. Listeners run synchronously and must not wait for the stream to stop. */
export interface ApplierEvents {
  /** Committed together: `messages` as they were applied, in their order, which nobody is to keep. `time`: when the primary committed the last, ms. */
  applied: [
    {
      readonly index: number;
      readonly mutations: number;
      readonly time: number;
      readonly messages: readonly AppliedMessage[];
    },
  ];
  /** A mutation is missing. Nothing is applied until `resume`; merkle-sync finds what. */
  gap: [StreamGapError];
  /** The state here is the primary's, at a checkpoint. */
  agreed: [];
  /** The state here is not the primary's, at a checkpoint. Applying goes on; merkle-sync repairs it. */
  diverged: [{ readonly index: number; readonly expected: string; readonly found: string }];
  /** Nothing is applied until `resume` or `skipPoison`. */
  poison: [{ readonly index: number; readonly reason: string }];
  /** What the stream carries changed at this index. Nothing is applied until `resume`; merkle-sync tells what. */
  resync: [{ readonly index: number }];
  refused: [Refusal];
  /** Everything before a promotion's fence is applied. */
  fence: [{ readonly epoch: number; readonly nonce: Buffer }];
}

export interface ApplierStatus {
  readonly position: StreamPosition | undefined;
  /** When the primary committed what was applied last, ms; `undefined` before the first. */
  readonly appliedTime: number | undefined;
  readonly refused: RefusalCount;
  readonly halted: 'gap' | 'poison' | undefined;
  readonly poison: { readonly index: number; readonly reason: string } | undefined;
  /** Why the store takes no writes, or keys cannot be asked for; `undefined` once a batch went through. */
  readonly lastError: string | undefined;
}

/** Applies the stream to this replica: each mutation exactly once and in order, however often it is delivered. */
export class Applier extends EventEmitter<ApplierEvents> {
  private readonly refusals: Refusals;
  private readonly reader: BatchReader;
  private readonly writer: ChunkWriter;
  /** What the store has committed; read from it after anything that may have moved it otherwise. */
  private committed: StreamPosition | undefined;
  private fuzzyUntil = 0;
  private chunk = new Chunk();
  private appliedTime: number | undefined;
  private halted: 'gap' | PoisonError | undefined;
  private lastError: string | undefined;
  private ended = false;

  constructor(private readonly parts: ApplierParts) {
    super();
    this.refusals = new Refusals(parts.clock, parts.logger);
    this.writer = new ChunkWriter(parts.store);
    this.reader = new BatchReader({
      ...parts,
      at: () => this.head,
      flush: () => this.flush(),
      refuse: (reason, offset) => this.refuse(reason, offset),
    });
  }

  /**
   * Applies what the messages bring, in as few transactions as their number and size allow.
   *
   * @param messages in the broker's order, at least once each.
   * @param heartbeat called between transactions.
   * @returns `halted`, with nothing more done, after a gap or at a poison mutation: give the same batch again later.
   * @throws what the store throws when it takes no writes; give the same batch again.
   */
  async applyBatch(
    messages: readonly StreamMessage[],
    heartbeat: () => Promise<void> = async () => {},
  ): Promise<'applied' | 'halted'> {
    if (this.halted !== undefined) return 'halted';
    try {
      await this.load();
      await this.applyAll(messages, heartbeat);
      this.succeeded();
      return 'applied';
    } catch (error) {
      this.committed = undefined;
      if (error instanceof StreamGapError) this.haltAtGap(error);
      else if (error instanceof PoisonError) this.haltAtPoison(error);
      else if (error instanceof ResyncWanted) this.haltForResync(error);
      else this.failed(error);
      return 'halted';
    } finally {
      this.chunk = new Chunk();
    }
  }

  /** Goes on after a sync, or tries a poison mutation again: the stream is read again from the place in the store. */
  resume(): void {
    this.reader.coverage.restart();
    this.goOn();
  }

  /** Nobody follows by it any more: nothing is applied of what it still has, or is still given. */
  end(): void {
    this.ended = true;
  }

  private goOn(): void {
    this.halted = undefined;
    this.committed = undefined;
  }

  /** Records were fetched that may be newer than the place in the stream: until it has passed `index`, no checkpoint is compared. */
  expectFuzzyUntil(index: number): void {
    this.fuzzyUntil = Math.max(this.fuzzyUntil, index);
  }

  /** Steps over the poison mutation: an operator's decision. @returns its index. */
  async skipPoison(): Promise<number> {
    const poison = this.halted;
    if (!(poison instanceof PoisonError)) throw new Error('there is no mutation to skip');
    await this.parts.store.applyStream([], poison.position);
    this.parts.logger.warn('a mutation was skipped by an operator', poison.facts);
    // The batch comes again, what came before it does not.
    this.goOn();
    return poison.facts.index;
  }

  status(): ApplierStatus {
    const { halted } = this;
    return {
      position: this.committed,
      appliedTime: this.appliedTime,
      refused: this.refusals.snapshot,
      halted: halted instanceof PoisonError ? 'poison' : halted,
      poison: halted instanceof PoisonError ? halted.facts : undefined,
      lastError: this.lastError,
    };
  }

  private async load(): Promise<void> {
    if (this.committed !== undefined) return;
    this.committed = await this.parts.store.streamPosition();
    if (this.committed === undefined) throw new Error('this cluster has no place in the stream yet');
    const note = await readSyncNote(this.parts.store.local);
    this.fuzzyUntil = note?.phase === 'done' ? note.fuzzyUntil : 0;
  }

  private async applyAll(messages: readonly StreamMessage[], heartbeat: () => Promise<void>): Promise<void> {
    try {
      await this.reader.read(messages, (released) => this.takeAll(released, heartbeat));
    } catch (error) {
      // What came before the trouble is good and stays.
      if (isHalt(error)) await this.flush();
      throw error;
    }
    await this.flush();
  }

  private async takeAll(messages: readonly ReadMessage[], heartbeat: () => Promise<void>): Promise<void> {
    for (const { opened, offset } of messages) {
      // A mutation waits for nothing: an await for each would be felt by a secondary that catches up.
      if (opened.header.kind === 'mutation') this.addMutation(opened, offset);
      else await this.takeOther(opened, offset);
      if (!this.chunk.isFull) continue;
      await this.flush();
      await heartbeat();
    }
  }

  private async takeOther(opened: OpenedMessage, offset: string): Promise<void> {
    const { kind, index } = opened.header;
    if (kind === 'resync') throw new ResyncWanted(index);
    if (kind === 'fence') await this.passFence(opened);
    else await this.addAlone(opened, offset);
  }

  /** Where the replica will stand when the chunk at hand is committed. */
  private get head(): StreamPosition {
    return this.chunk.last?.position ?? (this.committed as StreamPosition);
  }

  private refuse(reason: RefusalReason, offset: string): void {
    const refusal = this.refusals.count(reason, offset);
    if (refusal !== undefined) this.emit('refused', refusal);
  }

  private addMutation(opened: OpenedMessage, offset: string): void {
    const position = positionAfter(opened, offset);
    let records: readonly MutationRecord[];
    try {
      ({ records } = this.parts.decode(opened.body));
    } catch (error) {
      throw new PoisonError(position, reasonOf(error));
    }
    this.chunk.add({ records, position, time: opened.header.time }, opened.body.length);
  }

  private async passFence({ header: { epoch }, body }: OpenedMessage): Promise<void> {
    await this.flush();
    this.emit('fence', { epoch, nonce: body });
  }

  private async addAlone(opened: OpenedMessage, offset: string): Promise<void> {
    const { kind, time } = opened.header;
    const { effect } = this.parts;
    if (kind === 'epoch-started') await this.reader.coverage.begin(opened);
    if (effect !== undefined && HAS_EFFECT.has(kind)) {
      await this.flush();
      this.chunk.effect = (local) => effect(opened, local);
    }
    this.chunk.add({ records: undefined, position: positionAfter(opened, offset), time }, opened.body.length);
    // At once: a checkpoint speaks of the state exactly here.
    await this.flush();
    if (kind === 'checkpoint') this.compare(decodeCheckpoint(opened.body));
  }

  private async flush(): Promise<void> {
    const { chunk } = this;
    if (chunk.last === undefined) return;
    if (this.ended) throw new TidelockError('SEALED', 'the stream is not followed any more');
    this.chunk = new Chunk();
    await this.writer.write(chunk, this.committed as StreamPosition);
    this.committed = chunk.last.position;
    this.reader.coverage.passed(this.committed);
    this.appliedTime = chunk.last.time;
    this.emit('applied', {
      index: this.committed.index,
      mutations: chunk.mutations.length,
      time: this.appliedTime,
      messages: chunk.entries,
    });
  }

  private compare({ index, merkleRoot }: Checkpoint): void {
    if (merkleRoot === '' || index < this.fuzzyUntil) return;
    const found = this.parts.store.merkle.root();
    if (found === merkleRoot) return void this.emit('agreed');
    this.parts.logger.error('the replicated state differs from the primary', { index, expected: merkleRoot, found });
    this.emit('diverged', { index, expected: merkleRoot, found });
  }

  private failed(error: unknown): never {
    const reason = reasonOf(error);
    if (this.lastError === undefined) this.parts.logger.error('the stream cannot be applied; it waits', { reason });
    this.lastError = reason;
    throw error;
  }

  private succeeded(): void {
    if (this.lastError !== undefined) this.parts.logger.info('the stream is applied again');
    this.lastError = undefined;
  }

  private haltAtGap(error: StreamGapError): void {
    this.halted = 'gap';
    this.parts.logger.warn('the stream has a gap; comparing with the primary', {
      at: error.at.index,
      next: error.next.index,
      after: error.next.prev,
    });
    this.emit('gap', error);
  }

  /** The position stays before it: a crash now meets it again. */
  private haltForResync({ index }: ResyncWanted): void {
    this.halted = 'gap';
    this.parts.logger.info('a mount has passed in or out of the filter; comparing with the primary', { index });
    this.emit('resync', { index });
  }

  private haltAtPoison(error: PoisonError): void {
    this.halted = error;
    this.parts.logger.error('a mutation cannot be applied; the stream stands still', error.facts);
    this.emit('poison', error.facts);
  }
}

const isHalt = (error: unknown): boolean =>
  error instanceof StreamGapError || error instanceof PoisonError || error instanceof ResyncWanted;
