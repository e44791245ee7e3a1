import {
  EnginePart,
  type EngineRequest,
  type EngineResponse,
  IntField,
  OnPath,
  SealService,
  StringField,
  StringListField,
} from '@tidelock/engine-api';
import { SystemEngine } from '../engine/system-engine';
import { bare, BEFORE_UNSEAL, refusePgp } from './bare';

export class InitBody {
  @IntField({ description: 'Number of unseal shares to make.' }) secret_shares = 0;
  @IntField({ description: 'Number of shares needed to unseal.' }) secret_threshold = 0;
  /** Only an auto-seal has stored and recovery shares; clients send them all the same. */
  @IntField() stored_shares?: number;
  @IntField() recovery_shares?: number;
  @IntField() recovery_threshold?: number;
  @StringListField() pgp_keys?: string[];
  @StringListField() recovery_pgp_keys?: string[];
  @StringField() root_token_pgp_key?: string;
}

/** `sys/init`: the first thing that is ever done to a cluster. */
@EnginePart(SystemEngine)
export class InitPaths {
  constructor(private readonly seal: SealService) {}

  @OnPath('read', 'init', { ...BEFORE_UNSEAL, help: 'Tells whether the cluster is initialised.' })
  async read(): Promise<EngineResponse> {
    return bare({ initialized: (await this.seal.status()).initialized });
  }

  @OnPath('update', 'init', { ...BEFORE_UNSEAL, body: InitBody, help: 'Makes the unseal shares and a root token.' })
  async init({ body }: EngineRequest<InitBody>): Promise<EngineResponse> {
    const { pgp_keys, recovery_pgp_keys, root_token_pgp_key } = body;
    refusePgp({ pgp_keys, recovery_pgp_keys, root_token_pgp_key });
    const { keys, keysBase64, rootToken } = await this.seal.init(body.secret_shares, body.secret_threshold);
    return bare({ keys, keys_base64: keysBase64, root_token: rootToken });
  }
}
