import { Injectable } from '@nestjs/common';
import {
  EnginePart, type EngineRequest, type EngineResponse, OnPath, type RootGenerationProgress, RootGenerationService,
  type RootGenerationStatus, StringField,
} from '@tidelock/engine-api';
import { bare, OPEN, refusePgp } from './bare';

const ATTEMPT = 'generate-root/attempt';
const UPDATE = 'generate-root/update';
/** Names that OpenBao's command line uses. */
const [ATTEMPT_ALIAS, UPDATE_ALIAS] = ['generate-root-token/attempt', 'generate-root-token/update'];

export class RootAttemptBody {
  @StringField({ description: 'One-time password of a token\'s length; one is made when absent.' }) otp = '';
  @StringField() pgp_key?: string;
}

export class RootShareBody {
  @StringField({ description: 'One unseal share, hex or base64.' }) key = '';
  @StringField({ description: 'Names the attempt.' }) nonce = '';
}

export class DecodeTokenBody {
  @StringField({ required: 'missing encoded_token', description: 'What generate-root answered.' }) encoded_token!: string;
  @StringField({ required: 'missing otp', description: 'The one-time password.' }) otp!: string;
}

/** `sys/generate-root`: a root token for whoever holds enough unseal shares. */
@Injectable()
@EnginePart('system')
export class GenerateRootPaths {
  constructor(private readonly rootGeneration: RootGenerationService) {}

  @OnPath('read', ATTEMPT_ALIAS, { ...OPEN, help: 'Another name of sys/generate-root/attempt.' })
  @OnPath('read', ATTEMPT, { ...OPEN, help: 'How far the attempt has come.' })
  async status(): Promise<EngineResponse> {
    return answer(await this.rootGeneration.status());
  }

  @OnPath('update', ATTEMPT_ALIAS, { ...OPEN, body: RootAttemptBody, help: 'Another name of sys/generate-root/attempt.' })
  @OnPath('update', ATTEMPT, { ...OPEN, body: RootAttemptBody, help: 'Starts an attempt.' })
  async start({ body }: EngineRequest<RootAttemptBody>): Promise<EngineResponse> {
    refusePgp({ pgp_key: body.pgp_key });
    const { otp, ...status } = await this.rootGeneration.start(body.otp);
    return answer(status, otp);
  }

  @OnPath('delete', ATTEMPT_ALIAS, { ...OPEN, help: 'Another name of sys/generate-root/attempt.' })
  @OnPath('delete', ATTEMPT, { ...OPEN, help: 'Gives the attempt up.' })
  async cancel(): Promise<undefined> {
    await this.rootGeneration.cancel();
  }

  @OnPath('update', UPDATE_ALIAS, { ...OPEN, body: RootShareBody, help: 'Another name of sys/generate-root/update.' })
  @OnPath('update', UPDATE, { ...OPEN, body: RootShareBody, help: 'Takes one unseal share.' })
  async update({ body }: EngineRequest<RootShareBody>): Promise<EngineResponse> {
    return answer(await this.rootGeneration.update(body.key, body.nonce));
  }

  @OnPath('update', 'decode-token', { ...OPEN, bare: false, body: DecodeTokenBody, help: 'Decodes a token with its one-time password.' })
  async decode({ body }: EngineRequest<DecodeTokenBody>): Promise<EngineResponse> {
    return { data: { token: this.rootGeneration.decode(body.encoded_token, body.otp) } };
  }
}

function answer(status: RootGenerationStatus & Partial<RootGenerationProgress>, otp = ''): EngineResponse {
  const { nonce, started, progress, required, otpLength, complete = false, encodedToken = '' } = status;
  return bare({
    nonce, started, progress, required, complete, encoded_token: encodedToken, encoded_root_token: encodedToken,
    pgp_fingerprint: '', otp, otp_length: otpLength,
  });
}
