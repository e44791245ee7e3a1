import {
  BoolField,
  ClusterService,
  EnginePart,
  type EngineRequest,
  type EngineResponse,
  IntField,
  type KeyHolder,
  OnPath,
  PolicyService,
  type RekeyProgress,
  RekeyService,
  type RekeyStatus,
  StringField,
  StringListField,
  type VerificationStatus,
} from '@tidelock/engine-api';
import { badRequest, notFound } from '@tidelock/kernel';
import { pathsOfTwoNames } from '../engine/paths-of-two-names';
import { SystemEngine } from '../engine/system-engine';
import { bare, refusePgp } from './bare';
import { CancelBody, keyHolderOf, openUnless } from './key-holder';
import { refuseOnSecondary } from './on-secondary';

type Answer = Readonly<Record<string, unknown>>;

const HOLDERS = openUnless('rekey');
const ON_SECONDARY = 'rekeying can only be performed on the primary cluster when replication is activated';

export class RekeyBody {
  @IntField({ description: 'Number of new shares.' }) secret_shares = 0;
  @IntField({ description: 'Number of new shares needed to unseal.' }) secret_threshold = 0;
  @BoolField({ description: 'The new shares count only once they were given back.' }) require_verification = false;
  @BoolField() backup = false;
  @IntField() stored_shares?: number;
  @StringListField() pgp_keys?: string[];
}

export class RekeyShareBody {
  @StringField({ description: 'One share, hex or base64.' }) key = '';
  @StringField({ description: 'Names the operation.' }) nonce = '';
}

/** `sys/rekey/…`; `sys/rotate/root/…` is OpenBao's name for it. */
const OnRekeyPath = pathsOfTwoNames('rekey/', 'rotate/root/', 'Another name of sys/', HOLDERS);

/** `sys/rekey`: new unseal shares for the whole set, made on its primary. */
@EnginePart(SystemEngine)
export class RekeyPaths {
  constructor(
    private readonly rekey: RekeyService,
    private readonly cluster: ClusterService,
    private readonly policies: PolicyService,
  ) {}

  @OnRekeyPath('read', 'init', { help: 'How far the rekey has come.' })
  async status(): Promise<EngineResponse> {
    this.onPrimary();
    return bare(statusAnswer(await this.rekey.status()));
  }

  @OnRekeyPath('update', 'init', { body: RekeyBody, help: 'Starts a rekey.' })
  async start(request: EngineRequest<RekeyBody>): Promise<EngineResponse> {
    this.onPrimary();
    const { body } = request;
    refusePgp({ pgp_keys: body.pgp_keys });
    if (body.backup)
      throw badRequest('cannot request a backup of the new keys without providing PGP keys for encryption');
    const { secret_shares: shares, secret_threshold: threshold, require_verification: requireVerification } = body;
    return bare(
      statusAnswer(await this.rekey.start({ shares, threshold, requireVerification }, await this.holderOf(request))),
    );
  }

  @OnRekeyPath('delete', 'init', { body: CancelBody, help: 'Gives the rekey up.' })
  async cancel(request: EngineRequest<CancelBody>): Promise<undefined> {
    this.onPrimary();
    await this.rekey.cancel(request.body.nonce, await this.holderOf(request));
  }

  @OnRekeyPath('update', 'update', { body: RekeyShareBody, help: 'Takes one of the old shares.' })
  async update(request: EngineRequest<RekeyShareBody>): Promise<EngineResponse> {
    this.onPrimary();
    const { key, nonce } = request.body;
    return bare(progressAnswer(await this.rekey.update(key, nonce, await this.holderOf(request))));
  }

  @OnRekeyPath('read', 'verify', { help: 'How far the verification of the new shares has come.' })
  async verification(): Promise<EngineResponse> {
    this.onPrimary();
    return bare(verificationAnswer(await this.rekey.verification()));
  }

  @OnRekeyPath('update', 'verify', { body: RekeyShareBody, help: 'Takes one of the new shares.' })
  async verify(request: EngineRequest<RekeyShareBody>): Promise<EngineResponse> {
    this.onPrimary();
    const { key, nonce } = request.body;
    const status = await this.rekey.verify(key, nonce, await this.holderOf(request));
    return bare(status.complete ? { nonce: status.nonce, complete: true } : verificationAnswer(status));
  }

  @OnRekeyPath('delete', 'verify', { body: CancelBody, help: 'Starts the verification over.' })
  async restartVerification(request: EngineRequest<CancelBody>): Promise<EngineResponse> {
    this.onPrimary();
    return bare(
      verificationAnswer(await this.rekey.restartVerification(request.body.nonce, await this.holderOf(request))),
    );
  }

  @OnPath(['read', 'delete'], 'rekey/backup', {
    sudo: true,
    localOnly: true,
    help: 'Backups of shares are never kept.',
  })
  async backup({ operation }: EngineRequest): Promise<undefined> {
    this.onPrimary();
    if (operation === 'read') throw notFound();
  }

  @OnPath(['read', 'update', 'delete'], 'rekey-recovery-key/*rest', {
    ...HOLDERS,
    help: 'Only an auto-seal has recovery keys.',
  })
  async recoveryKeys(): Promise<undefined> {
    this.onPrimary();
    throw badRequest('recovery rekeying not supported');
  }

  private holderOf(request: EngineRequest<object>): Promise<KeyHolder> {
    return keyHolderOf(request, this.policies);
  }

  private onPrimary(): void {
    refuseOnSecondary(this.cluster, ON_SECONDARY);
  }
}

const statusAnswer = (status: RekeyStatus): Answer => ({
  nonce: status.nonce,
  started: status.started,
  t: status.t,
  n: status.n,
  progress: status.progress,
  required: status.required,
  pgp_fingerprints: null,
  backup: false,
  verification_required: status.verificationRequired,
  ...(status.verificationNonce !== '' && { verification_nonce: status.verificationNonce }),
});

/** Until the last share the status, then the new shares. */
function progressAnswer(progress: RekeyProgress): Answer {
  if (!progress.complete) return statusAnswer(progress);
  return {
    nonce: progress.nonce,
    complete: true,
    keys: progress.keys,
    keys_base64: progress.keysBase64,
    pgp_fingerprints: null,
    backup: false,
    verification_required: progress.verificationRequired,
    ...(progress.verificationNonce !== '' && { verification_nonce: progress.verificationNonce }),
  };
}

const verificationAnswer = ({ nonce, t, n, progress }: VerificationStatus): Answer => ({
  nonce,
  started: true,
  t,
  n,
  progress,
});
