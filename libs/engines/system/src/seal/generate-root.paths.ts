import {
  EnginePart,
  type EngineRequest,
  type EngineResponse,
  type KeyHolder,
  OnPath,
  PolicyService,
  type RootGenerationProgress,
  RootGenerationService,
  type RootGenerationStatus,
  StringField,
} from '@tidelock/engine-api';
import { pathsOfTwoNames } from '../engine/paths-of-two-names';
import { SystemEngine } from '../engine/system-engine';
import { bare, OPEN, refusePgp } from './bare';
import { CancelBody, keyHolderOf, openUnless } from './key-holder';

const HOLDERS = openUnless('generate-root');

/** `sys/generate-root/…`; `sys/generate-root-token/…` is the name that OpenBao's command line uses. */
const OnRootPath = pathsOfTwoNames('generate-root/', 'generate-root-token/', 'Another name of sys/', HOLDERS);

export class RootAttemptBody {
  @StringField({ description: "One-time password of a token's length; one is made when absent." }) otp = '';
  @StringField() pgp_key?: string;
}

export class RootShareBody {
  @StringField({ description: 'One unseal share, hex or base64.' }) key = '';
  @StringField({ description: 'Names the attempt.' }) nonce = '';
}

export class DecodeTokenBody {
  @StringField({ required: 'missing encoded_token', description: 'What generate-root answered.' })
  encoded_token!: string;
  @StringField({ required: 'missing otp', description: 'The one-time password.' }) otp!: string;
}

/** `sys/generate-root`: a root token for whoever holds enough unseal shares. */
@EnginePart(SystemEngine)
export class GenerateRootPaths {
  constructor(
    private readonly rootGeneration: RootGenerationService,
    private readonly policies: PolicyService,
  ) {}

  @OnRootPath('read', 'attempt', { help: 'How far the attempt has come.' })
  async status(): Promise<EngineResponse> {
    return answer(await this.rootGeneration.status());
  }

  @OnRootPath('update', 'attempt', { body: RootAttemptBody, help: 'Starts an attempt.' })
  async start(request: EngineRequest<RootAttemptBody>): Promise<EngineResponse> {
    const { pgp_key, otp: chosen } = request.body;
    refusePgp({ pgp_key });
    const { otp, ...status } = await this.rootGeneration.start(chosen, await this.holderOf(request));
    return answer(status, otp);
  }

  @OnRootPath('delete', 'attempt', { body: CancelBody, help: 'Gives the attempt up.' })
  async cancel(request: EngineRequest<CancelBody>): Promise<undefined> {
    await this.rootGeneration.cancel(request.body.nonce, await this.holderOf(request));
  }

  @OnRootPath('update', 'update', { body: RootShareBody, help: 'Takes one unseal share.' })
  async update(request: EngineRequest<RootShareBody>): Promise<EngineResponse> {
    const { key, nonce } = request.body;
    return answer(await this.rootGeneration.update(key, nonce, await this.holderOf(request)));
  }

  @OnPath('update', 'decode-token', {
    ...OPEN,
    bare: false,
    body: DecodeTokenBody,
    help: 'Decodes a token with its one-time password.',
  })
  async decode({ body }: EngineRequest<DecodeTokenBody>): Promise<EngineResponse> {
    return { data: { token: this.rootGeneration.decode(body.encoded_token, body.otp) } };
  }

  private holderOf(request: EngineRequest<object>): Promise<KeyHolder> {
    return keyHolderOf(request, this.policies);
  }
}

function answer(status: RootGenerationStatus & Partial<RootGenerationProgress>, otp = ''): EngineResponse {
  const { nonce, started, progress, required, otpLength, complete = false, encodedToken = '' } = status;
  return bare({
    nonce,
    started,
    progress,
    required,
    complete,
    encoded_token: encodedToken,
    encoded_root_token: encodedToken,
    pgp_fingerprint: '',
    otp,
    otp_length: otpLength,
  });
}
