import { createHmac, hash, randomBytes } from 'node:crypto';
import { type Barrier, unwrapKeys, wrapKeys } from '@tidelock/barrier';
import { type Life, type Part, type Task, unlessEnded } from '@tidelock/core/runtime';
import { isTidelockError, TidelockError } from '@tidelock/kernel';
import { KEYRING, type LocalReader, type ReplicatedReader, type Store, type UnitOfWork } from '@tidelock/store';
import type { TokenSealer } from './batch-token';

/** Which key the set's batch tokens are sealed with. It names the key and does not hold it: the stream carries this to whoever follows. */
export const BATCH_TOKEN_KEY = 'core/batch-token-key';

interface Generation {
  readonly generation: number;
  readonly keyId: string;
  /** The root key at its beginning: after a rekey a new generation begins, or who read the former one could go on minting. */
  readonly rootKeyId: string;
}

/** Local record, base64: this cluster's own key, and the set's as far as it was given to this cluster. */
interface Kept {
  readonly own: string;
  readonly ofSet?: string;
}

const KEPT = 'core/batch-token-keys';
const KEY_BYTES = 32;
const ID_BYTES = 4;
const SALT_BYTES = 16;

type Both = Pick<UnitOfWork, 'local' | 'replicated'>;

export interface BatchTokenKeyParts {
  readonly store: Pick<Store, 'begin' | 'local' | 'replicated' | 'onCommit'>;
  readonly barrier: Pick<Barrier, 'sealed' | 'rootKeyId'>;
  /** Whether replicated state is written on this cluster. */
  readonly writesHere: () => boolean;
  /** Whether a record tells whom the primary gives the set's key. */
  readonly tellsOfTrust: (recordKey: string) => boolean;
  /** Asks the primary for the set's key, base64; `undefined` where it gives none (level `data`, a paths filter, no primary). */
  readonly ask: () => Promise<string | undefined>;
}

/**
 * The keys of batch tokens, which are stored nowhere: whoever has the key can make them. So the set has one that only those clusters get
 * that are believed everything, over the cluster port; a revocation begins a new generation and ends the former. A cluster without
 * the set's key seals with its own, and its tokens open there alone.
 */
export class BatchTokenKeys implements TokenSealer, Part {
  readonly name = 'batch-token-keys';
  private readonly task: Task = {
    name: 'catch-up',
    retry: { first: 500, longest: 10_000 },
    run: (signal) => this.catchUp(signal),
  };
  readonly tasks = [this.task];
  private life: Life | undefined;
  private own: Buffer | undefined;
  private ofSet: Buffer | undefined;
  /** Counts generations seen to end: what was read before one did is old. */
  private ends = 0;
  private readonly listeners: (() => void)[] = [];

  constructor(private readonly parts: BatchTokenKeyParts) {
    parts.store.onCommit({
      committed: ({ replicatedKeys }) => {
        if (replicatedKeys.includes(BATCH_TOKEN_KEY)) this.ended();
        if (replicatedKeys.some((key) => key === BATCH_TOKEN_KEY || key === KEYRING || parts.tellsOfTrust(key)))
          this.life?.wake(this.task);
      },
      reloaded: () => {
        this.ended();
        this.life?.wake(this.task);
      },
    });
  }

  /** Tokens that were good may not be any more. */
  onEnded(listener: () => void): void {
    this.listeners.push(listener);
  }

  start(life: Life): void {
    this.life = life;
  }

  stop(): void {
    this.own = this.ofSet = undefined;
  }

  /** Once the state is there, and after a change of the role. Makes this cluster's own key, and where it writes the set's first one. */
  async load(): Promise<void> {
    await this.life?.rerun(this.task);
  }

  /** The keys of a rekey are in use: what was sealed under them can be read now. */
  rekeyed(): void {
    this.life?.wake(this.task);
  }

  /** The set's first key, with the caller's transaction: where replicated state is written, and there is none yet. */
  async ensure(unit: Both): Promise<void> {
    if ((await generationIn(unit.replicated)) === undefined) await this.begin(unit);
  }

  /** The set's key, base64, once what was committed so far is in use. @throws {TidelockError} SEALED where this cluster has none (yet). */
  async keyOfSet(): Promise<string> {
    await this.load();
    if (this.ofSet === undefined) throw new TidelockError('SEALED');
    return this.ofSet.toString('base64');
  }

  /** Begins a generation with the caller's transaction: no batch token of the set opens from its commit on. */
  async begin({ local, replicated }: Both): Promise<void> {
    const [named, kept] = [await generationIn(replicated), await keptIn(local)];
    const key = randomBytes(KEY_BYTES);
    const next: Generation = {
      generation: (named?.generation ?? 0) + 1,
      keyId: idOf(key),
      rootKeyId: this.parts.barrier.rootKeyId,
    };
    replicated.put(BATCH_TOKEN_KEY, jsonOf(next));
    keep(local, { ...(kept ?? newKept()), ofSet: key.toString('base64') });
  }

  /** With a key of its own for each token, so that the number of tokens under one key has no limit to keep (SP 800-38D). */
  encrypt(plaintext: Buffer, purpose: string): Buffer {
    const key = this.ofSet ?? this.own;
    if (key === undefined) throw new TidelockError('SEALED');
    const salt = randomBytes(SALT_BYTES);
    return Buffer.concat([Buffer.from(idOf(key), 'hex'), salt, wrapKeys(keyFor(key, salt), plaintext, purpose)]);
  }

  decrypt(sealed: Buffer, purpose: string): Buffer {
    const id = sealed.subarray(0, ID_BYTES).toString('hex');
    const key = [this.ofSet, this.own].find((known) => known !== undefined && idOf(known) === id);
    if (key === undefined) throw new TidelockError('CORRUPT_RECORD');
    const salt = sealed.subarray(ID_BYTES, ID_BYTES + SALT_BYTES);
    return unwrapKeys(keyFor(key, salt), sealed.subarray(ID_BYTES + SALT_BYTES), purpose);
  }

  private ended(): void {
    this.ends += 1;
    this.ofSet = undefined;
    for (const listener of this.listeners) listener();
  }

  private async catchUp(signal: AbortSignal): Promise<void> {
    const { store, barrier, writesHere } = this.parts;
    if (barrier.sealed) return;
    const { ends } = this;
    const named = await generationIn(store.replicated).catch(ifToCome);
    const kept = (await keptIn(store.local)) ?? (await this.makeOwn());
    this.own = Buffer.from(kept.own, 'base64');
    if (this.ends === ends) this.ofSet = keyNamed(named, kept);
    if (writesHere()) await this.beginIfDue(named, signal);
    else if (this.ofSet === undefined && named !== undefined) await this.fetch(named, ends, signal);
  }

  private async makeOwn(): Promise<Kept> {
    const kept = newKept();
    await this.inUnit(async ({ local }) => keep(local, kept));
    return kept;
  }

  /** Where the set has no key that this cluster holds, or who read the former one could go on minting after a rekey. */
  private async beginIfDue(named: Generation | undefined, signal: AbortSignal): Promise<void> {
    if (this.ofSet !== undefined && named?.rootKeyId === this.parts.barrier.rootKeyId) return;
    await this.inUnit((unit) => this.begin(unit));
    await this.catchUp(signal);
  }

  private async inUnit(work: (unit: UnitOfWork) => Promise<void>): Promise<void> {
    const unit = this.parts.store.begin();
    unit.cause = { requestId: '', path: 'sys/batch-token-key' };
    await work(unit);
    await unit.commit();
  }

  private async fetch(named: Generation, ends: number, signal: AbortSignal): Promise<void> {
    const { ask, barrier } = this.parts;
    const text = await unlessEnded(signal, ask());
    if (text === undefined || barrier.sealed || this.ends !== ends) return;
    // Not under keys that the former root key opens, and not a key that is none of this generation.
    if (named.rootKeyId !== barrier.rootKeyId) throw new Error("the set's new root key is not here yet");
    const key = Buffer.from(text, 'base64');
    if (idOf(key) !== named.keyId) throw new Error('the primary is at another generation of it');
    await this.inUnit(async ({ local }) => keep(local, { ...((await keptIn(local)) ?? newKept()), ofSet: text }));
    if (this.ends === ends) this.ofSet = key;
  }
}

/** The set's key as it was given to this cluster, unless it is of another generation. */
function keyNamed(named: Generation | undefined, { ofSet }: Kept): Buffer | undefined {
  const key = ofSet === undefined ? undefined : Buffer.from(ofSet, 'base64');
  return key !== undefined && named?.keyId === idOf(key) ? key : undefined;
}

const newKept = (): Kept => ({ own: randomBytes(KEY_BYTES).toString('base64') });
const idOf = (key: Buffer): string => hash('sha256', key, 'hex').slice(0, 2 * ID_BYTES);
const keyFor = (key: Buffer, salt: Buffer): Buffer =>
  createHmac('sha256', key).update('batch-token').update(salt).digest();
const jsonOf = (value: object): Buffer => Buffer.from(JSON.stringify(value));

async function generationIn(replicated: Pick<ReplicatedReader, 'get'>): Promise<Generation | undefined> {
  const value = await replicated.get(BATCH_TOKEN_KEY);
  return value && (JSON.parse(value.toString('utf8')) as Generation);
}

/** For a `catch`: `rekeyed` tells when a generation from after a rekey can be read. */
function ifToCome(error: unknown): undefined {
  if (!isTidelockError(error, 'UNKNOWN_TERM')) throw error;
}

async function keptIn(local: Pick<LocalReader, 'row'>): Promise<Kept | undefined> {
  const row = await local.row('record', KEPT);
  return row && (JSON.parse(row.value.toString('utf8')) as Kept);
}

const keep = (local: Pick<UnitOfWork['local'], 'put'>, kept: Kept): void =>
  local.put('record', { key: KEPT, value: jsonOf(kept) });
