import type { Part } from '@tidelock/core/runtime';
import type { KeyHolder } from '@tidelock/engine-api';
import { badRequest, type Clock, type Logger, newUuid, TidelockError } from '@tidelock/kernel';
import { AddressLimit } from './address-limit';
import { ShareCollection } from './share-collection';
import { isShareOf, type SharesConfig } from './shares-config';

/** What holders of unseal keys do together, a share each. */
export interface Attempt<T> {
  readonly nonce: string;
  readonly what: T;
  /** Begun with a trusted token. */
  readonly trusted: boolean;
  /** Shares given so far. */
  readonly given: ShareCollection;
  /** Milliseconds since the Unix epoch. */
  endsAt: number;
}

/** What an attempt is about, and forgets with it. */
export interface Subject {
  forget?(): void;
}

/** For the log and for Vault's texts. */
export type Operation = 'root generation' | 'rekey';

const WITHOUT_SHARE_MS = 10 * 60_000;
/** Holders of keys may have to be found. */
const WITH_SHARES_MS = 24 * 3_600_000;
const STARTS = { burst: 30, everyMs: 10_000 };
/** There may be 255 shares, and one person with all of them. */
const SHARES = { burst: 300, everyMs: 1000 };
const WARNINGS = { burst: 10, everyMs: 60_000 };

/**
 * The one attempt that runs. It needs no token, so that the holders of the keys get into a cluster that knows none of theirs;
 * therefore nobody without one can keep them out for long, or spoil what others began.
 */
export class AttemptSlot<T extends Subject> implements Part {
  private running: Attempt<T> | undefined;
  private readonly starts: AddressLimit;
  private readonly shares: AddressLimit;
  private readonly warnings: AddressLimit;

  readonly name: string;

  constructor(
    readonly operation: Operation,
    private readonly clock: Clock,
    readonly logger: Logger,
  ) {
    this.name = operation.replace(' ', '-');
    this.starts = new AddressLimit(clock, STARTS);
    this.shares = new AddressLimit(clock, SHARES);
    this.warnings = new AddressLimit(clock, WARNINGS);
  }

  get current(): Attempt<T> | undefined {
    if (this.running !== undefined && this.clock.now() >= this.running.endsAt) {
      this.logger.warn(`the ${this.operation} was given up: nobody gave a share in time`);
      this.forget();
    }
    return this.running;
  }

  /** @throws {TidelockError} INVALID_REQUEST `… already in progress`, RATE_LIMITED. */
  begin(what: T, by: KeyHolder): Attempt<T> {
    this.limit(this.starts, by);
    const { current } = this;
    if (current !== undefined && (current.trusted || !by.trusted))
      throw badRequest(`${this.operation} already in progress`);
    if (current !== undefined)
      this.warn(`a ${this.operation} that was begun without a token gives way to one with a token`, by);
    this.forget();
    this.running = {
      nonce: newUuid(),
      what,
      trusted: by.trusted,
      given: new ShareCollection(),
      endsAt: this.clock.now() + WITHOUT_SHARE_MS,
    };
    this.logger.info(`a ${this.operation} was begun`, { ...askedBy(by), withToken: by.trusted });
    return this.running;
  }

  /** @throws {TidelockError} INVALID_REQUEST without the right to end it, RATE_LIMITED. */
  cancel(nonce: string, by: KeyHolder): void {
    const { current } = this;
    if (current === undefined) return;
    this.requireRightToEnd(current.nonce, nonce, by);
    this.forget();
    this.logger.info(`the ${this.operation} was cancelled`, { ...askedBy(by), withToken: by.trusted });
  }

  /**
   * The nonce can be read by everybody: it tells that somebody knows what they end, no more.
   *
   * @throws {TidelockError} INVALID_REQUEST, RATE_LIMITED.
   */
  requireRightToEnd(expected: string, nonce: string, by: KeyHolder): void {
    this.limit(this.starts, by);
    if (by.trusted) return;
    if (this.running?.trusted)
      throw badRequest(`this ${this.operation} was begun with a token: it takes one with sudo to cancel it`);
    if (nonce !== expected)
      throw badRequest(`the nonce of this ${this.operation} operation, or a token with sudo, is required to cancel it`);
  }

  /**
   * Takes a share of the configuration in. A wrong one leaves what the others gave.
   *
   * @returns how many there are now.
   * @throws {TidelockError} INVALID_REQUEST for a share that is there already, or is none of the configuration's.
   */
  give(given: ShareCollection, config: SharesConfig, share: Buffer, by: KeyHolder): number {
    if (!isShareOf(config, share)) {
      this.warn(`a wrong share was given for the ${this.operation}`, by);
      throw badRequest(
        "invalid key: it is no share of this cluster's unseal key; the shares that were given before are kept",
      );
    }
    const noun = this.operation === 'rekey' ? 'rekey' : 'generation';
    if (!given.add(share)) throw badRequest(`given key has already been provided during this ${noun} operation`);
    if (this.running !== undefined) this.running.endsAt = this.clock.now() + WITH_SHARES_MS;
    this.logger.info(`a share was given for the ${this.operation}`, {
      ...askedBy(by),
      progress: given.count,
      required: config.t,
    });
    return given.count;
  }

  /** Before a share is looked at. @throws {TidelockError} RATE_LIMITED. */
  admitShare(by: KeyHolder): void {
    this.limit(this.shares, by);
  }

  /** It came to its end. */
  finish(by: KeyHolder): void {
    this.forget();
    this.logger.warn(`the ${this.operation} is complete`, askedBy(by));
  }

  /** With the seal. */
  stop(): void {
    this.forget();
  }

  forget(): void {
    this.running?.given.forget();
    this.running?.what.forget?.();
    this.running = undefined;
  }

  private limit(limit: AddressLimit, by: KeyHolder): void {
    if (by.trusted || limit.take(by.remoteAddress)) return;
    this.warn(`calls for a ${this.operation} are refused: too many from this address`, by);
    throw new TidelockError('RATE_LIMITED');
  }

  private warn(text: string, by: KeyHolder): void {
    if (this.warnings.take(by.remoteAddress)) this.logger.warn(text, askedBy(by));
  }
}

const askedBy = ({ caller, remoteAddress, requestId }: KeyHolder): Readonly<Record<string, unknown>> => ({
  ...(caller && { by: caller.displayName, accessor: caller.accessor }),
  remoteAddress,
  requestId,
});
