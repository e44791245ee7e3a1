import {
  BoolField,
  EnginePart,
  type EngineRequest,
  type EngineResponse,
  ReplicationService,
  type SecondaryActivation,
  StringField,
} from '@tidelock/engine-api';
import { SystemEngine } from '../engine/system-engine';
import { OnReplicationPath } from './on-replication-path';

export class EnableSecondaryBody {
  @StringField() token?: string;
  @StringField() primary_api_addr?: string;
  @StringField() ca_file?: string;
  @StringField() ca_path?: string;
  @StringField() client_cert_pem?: string;
  @StringField() client_key_pem?: string;
}

class JoinBody extends EnableSecondaryBody {
  @BoolField({
    description: 'Only tries the token and the broker, and tells what would be wiped; the token stays good.',
    alsoInQuery: true,
  })
  dry_run?: boolean;
}

export const FOUND =
  'Vault has successfully found secondary information; it may take a while to perform setup tasks. ' +
  'Vault will be unavailable until these tasks and initial sync complete.';

/** The activation that a body asks for. */
export const activationOf = (body: EnableSecondaryBody): SecondaryActivation => ({
  token: body.token ?? '',
  ...(body.primary_api_addr && { primaryApiAddr: body.primary_api_addr }),
  ...(body.ca_file && { caFile: body.ca_file }),
  ...(body.ca_path && { caPath: body.ca_path }),
  ...(body.client_cert_pem && { clientCertificate: body.client_cert_pem }),
  ...(body.client_key_pem && { clientKey: body.client_key_pem }),
});

/** The secondary's side of performance replication. */
@EnginePart(SystemEngine)
export class ReplicationSecondaryPaths {
  constructor(private readonly replication: ReplicationService) {}

  @OnReplicationPath('update', 'secondary/enable', {
    body: JoinBody,
    help: 'Joins a replication set; wipes this cluster.',
  })
  async enable({ body }: EngineRequest<JoinBody>): Promise<EngineResponse> {
    const activation = activationOf(body);
    if (body.dry_run) return { data: await this.replication.previewEnableSecondary(activation) };
    const { warnings } = await this.replication.enableSecondary(activation);
    return { data: null, warnings: [FOUND, ...warnings] };
  }

  /** For an activation without a call to the primary's API: its token is encrypted to a key of the secondary. */
  @OnReplicationPath('update', 'secondary/generate-public-key', {
    help: 'Makes the key that the next activation token is encrypted to.',
  })
  async generatePublicKey({ scope }: EngineRequest): Promise<EngineResponse> {
    return { data: { secondary_public_key: await this.replication.generatePublicKey(scope) } };
  }
}
