import type { Barrier, ShareSeal } from '@tidelock/barrier';
import {
  type KeyHolder,
  type RootGenerationProgress,
  RootGenerationService,
  type RootGenerationStatus,
} from '@tidelock/engine-api';
import { badRequest, newUuid, randomBase62 } from '@tidelock/kernel';
import type { Store } from '@tidelock/store';
import type { Attempt, AttemptSlot, Subject } from './attempt-slot';
import { provenRootKey } from './key-holders';
import { Mutex } from './mutex';
import { RootTokenIssuer } from './root-token-issuer';
import { parseShare } from './share-text';
import { requireSharesConfig } from './shares-config';

/** `hvs.` and 24 characters. */
const OTP_LENGTH = 28;

/** The one-time password that the token will be told under. */
export interface TokenOrder extends Subject {
  readonly otp: string;
}

/** Makes a root token for whoever holds enough unseal keys. One attempt at a time, forgotten when sealed. */
export class RootGeneration extends RootGenerationService {
  private readonly mutex = new Mutex();

  constructor(
    private readonly store: Pick<Store, 'begin' | 'replicated'>,
    private readonly barrier: Barrier,
    private readonly rootTokens: RootTokenIssuer,
    /** Ends with the seal. */
    readonly slot: AttemptSlot<TokenOrder>,
    private readonly shareSeal: ShareSeal,
  ) {
    super();
  }

  override async status(): Promise<RootGenerationStatus> {
    const { t: required } = await requireSharesConfig(this.store.replicated);
    const { current } = this.slot;
    return {
      started: current !== undefined,
      nonce: current?.nonce ?? '',
      progress: current?.given.count ?? 0,
      required,
      otpLength: OTP_LENGTH,
    };
  }

  override start(otp: string, by: KeyHolder): Promise<RootGenerationStatus & { readonly otp: string }> {
    return this.mutex.run(async () => {
      if (otp !== '' && Buffer.byteLength(otp) !== OTP_LENGTH) throw badRequest('OTP string is wrong length');
      const made = otp === '' ? randomBase62(OTP_LENGTH) : '';
      this.slot.begin({ otp: otp || made }, by);
      return { ...(await this.status()), otp: made };
    });
  }

  override cancel(nonce: string, by: KeyHolder): Promise<void> {
    return this.mutex.run(async () => this.slot.cancel(nonce, by));
  }

  override update(key: string, nonce: string, by: KeyHolder): Promise<RootGenerationProgress> {
    return this.mutex.run(async () => {
      this.slot.admitShare(by);
      const share = parseShare(key);
      const attempt = this.require(nonce);
      this.slot.give(attempt.given, await requireSharesConfig(this.store.replicated), share, by);
      const status = await this.status();
      if (status.progress < status.required) return { ...status, complete: false, encodedToken: '' };
      const encodedToken = await this.complete(attempt, by);
      return { ...status, complete: true, encodedToken };
    });
  }

  override decode(encodedToken: string, otp: string): string {
    return decodeWithOtp(encodedToken, otp);
  }

  private require(nonce: string): Attempt<TokenOrder> {
    const { current } = this.slot;
    if (current === undefined) throw badRequest('no root generation in progress');
    if (nonce === current.nonce) return current;
    throw badRequest(`incorrect nonce supplied; nonce for this root generation operation is "${current.nonce}"`);
  }

  /** Shares that do not fit together (the seal was changed meanwhile) leave the attempt running, at its beginning. */
  private async complete({ given, what }: Attempt<TokenOrder>, by: KeyHolder): Promise<string> {
    const config = await requireSharesConfig(this.store.replicated);
    const rootKey = await given.spend((shares) =>
      provenRootKey(this.barrier, this.shareSeal, config, shares, 'root generation aborted'),
    );
    rootKey.fill(0);
    const unit = this.store.begin();
    unit.cause = { requestId: newUuid(), path: 'sys/generate-root/update' };
    const encodedToken = encodeWithOtp(await this.rootTokens.createRootToken(unit), what.otp);
    await unit.commit();
    this.slot.finish(by);
    return encodedToken;
  }
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Base64 without padding of token XOR password, which have the same length in bytes. */
export function encodeWithOtp(token: string, otp: string): string {
  return xor(Buffer.from(token), Buffer.from(otp)).toString('base64').replace(/=+$/, '');
}

/** Reverses `encodeWithOtp`. @throws {TidelockError} INVALID_REQUEST. */
export function decodeWithOtp(encoded: string, otp: string): string {
  if (!BASE64.test(encoded)) throw badRequest('failed to decode base64 string');
  return xor(Buffer.from(encoded, 'base64'), Buffer.from(otp)).toString('utf8');
}

function xor(a: Buffer, b: Buffer): Buffer {
  if (a.length !== b.length) throw badRequest(`length of byte slices is not equivalent: ${a.length} != ${b.length}`);
  return Buffer.from(a.map((byte, i) => byte ^ (b[i] as number)));
}
