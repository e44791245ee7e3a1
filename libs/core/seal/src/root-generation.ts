import type { Barrier } from '@tidelock/barrier';
import { type RootGenerationProgress, RootGenerationService, type RootGenerationStatus } from '@tidelock/engine-api';
import { badRequest, newUuid, randomBase62 } from '@tidelock/kernel';
import type { Store } from '@tidelock/store';
import { provenRootKey, WrongShares } from './key-holders';
import { Mutex } from './mutex';
import { decodeWithOtp, encodeWithOtp } from './one-time-pad';
import { RootTokenIssuer } from './root-token-issuer';
import type { SealManager } from './seal-manager';
import { requireSealConfig } from './seal-records';
import { ShareCollection } from './share-collection';
import { parseShare } from './share-text';

/** `hvs.` and 24 characters. */
const OTP_LENGTH = 28;

interface Attempt {
  readonly nonce: string;
  readonly otp: string;
  readonly shares: ShareCollection;
}

/** Makes a root token for whoever holds enough unseal keys. One attempt at a time, forgotten when sealed. */
export class RootGeneration extends RootGenerationService {
  private readonly mutex = new Mutex();
  private attempt: Attempt | undefined;

  constructor(
    private readonly store: Pick<Store, 'begin' | 'replicated'>,
    private readonly barrier: Barrier,
    private readonly rootTokens: RootTokenIssuer,
    seal: Pick<SealManager, 'onSealed'>,
  ) {
    super();
    seal.onSealed(() => this.forget());
  }

  override async status(): Promise<RootGenerationStatus> {
    const { t: required } = await requireSealConfig(this.store.replicated);
    const { nonce, shares } = this.attempt ?? { nonce: '', shares: { count: 0 } };
    return { started: this.attempt !== undefined, nonce, progress: shares.count, required, otpLength: OTP_LENGTH };
  }

  override start(otp: string): Promise<RootGenerationStatus & { readonly otp: string }> {
    return this.mutex.run(async () => {
      if (this.attempt !== undefined) throw badRequest('root generation already in progress');
      if (otp !== '' && Buffer.byteLength(otp) !== OTP_LENGTH) throw badRequest('OTP string is wrong length');
      const made = otp === '' ? randomBase62(OTP_LENGTH) : '';
      this.attempt = { nonce: newUuid(), otp: otp || made, shares: new ShareCollection() };
      return { ...(await this.status()), otp: made };
    });
  }

  override cancel(): Promise<void> {
    return this.mutex.run(async () => this.forget());
  }

  override update(key: string, nonce: string): Promise<RootGenerationProgress> {
    return this.mutex.run(async () => {
      const share = parseShare(key);
      const attempt = this.require(nonce);
      if (!attempt.shares.add(share)) throw badRequest('given key has already been provided during this generation operation');
      const status = await this.status();
      if (status.progress < status.required) return { ...status, complete: false, encodedToken: '' };
      const encodedToken = await this.complete(attempt);
      return { ...status, complete: true, encodedToken };
    });
  }

  override decode(encodedToken: string, otp: string): string {
    return decodeWithOtp(encodedToken, otp);
  }

  private require(nonce: string): Attempt {
    if (this.attempt === undefined) throw badRequest('no root generation in progress');
    if (nonce === this.attempt.nonce) return this.attempt;
    throw badRequest(`incorrect nonce supplied; nonce for this root generation operation is "${this.attempt.nonce}"`);
  }

  /** A wrong set of shares leaves the attempt running, at its beginning. */
  private async complete({ shares, otp }: Attempt): Promise<string> {
    const config = await requireSealConfig(this.store.replicated);
    try {
      (await shares.spend((given) => provenRootKey(this.barrier, config, given))).fill(0);
    } catch (error) {
      if (error instanceof WrongShares) throw badRequest(`root generation aborted: ${error.message}`);
      throw error;
    }
    const unit = this.store.begin();
    unit.cause = { requestId: newUuid(), path: 'sys/generate-root/update' };
    const encodedToken = encodeWithOtp(await this.rootTokens.createRootToken(unit), otp);
    await unit.commit();
    this.forget();
    return encodedToken;
  }

  private forget(): void {
    this.attempt?.shares.forget();
    this.attempt = undefined;
  }
}
