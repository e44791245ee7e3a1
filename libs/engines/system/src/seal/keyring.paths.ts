import {
  BoolField,
  ClusterService,
  DurationField,
  EnginePart,
  type EngineRequest,
  type EngineResponse,
  IntField,
  KeyringService,
  OnPath,
} from '@tidelock/engine-api';
import { given, rfc3339 } from '@tidelock/kernel';
import { pathsOfTwoNames } from '../engine/paths-of-two-names';
import { SystemEngine } from '../engine/system-engine';
import { refuseOnSecondary } from './on-secondary';

export class RotationConfigBody {
  @BoolField({ description: 'Whether the key is rotated by itself.' }) enabled?: boolean;
  @DurationField({ description: 'Age at which it is; 0 = never because of its age.' }) interval?: number;
  @IntField({ description: 'Number of encryptions after which it is.' }) max_operations?: number;
}

const OnRotatePath = pathsOfTwoNames('rotate', 'rotate/keyring', 'Another name of sys/', { sudo: true });

/** `sys/key-status`, `sys/rotate`: the barrier's data key. */
@EnginePart(SystemEngine)
export class KeyringPaths {
  constructor(
    private readonly keyring: KeyringService,
    private readonly cluster: ClusterService,
  ) {}

  @OnPath('read', 'key-status', { localOnly: true, help: 'Facts about the data key in use.' })
  async status(): Promise<EngineResponse> {
    const { term, installTime, encryptions } = this.keyring.facts();
    return { data: { term, install_time: rfc3339(installTime), encryptions }, dataAtTopLevel: true };
  }

  @OnRotatePath('update', '', {
    localOnly: true,
    help: 'Makes a new data key; the old ones still open what they sealed.',
  })
  async rotate({ scope, now }: EngineRequest): Promise<undefined> {
    refuseOnSecondary(this.cluster, 'cannot rotate on a replication secondary');
    await this.keyring.rotate(scope, now);
  }

  @OnRotatePath('read', '/config', { help: 'When the data key is rotated by itself.' })
  async config({ scope }: EngineRequest): Promise<EngineResponse> {
    const { enabled, intervalSeconds, maxOperations } = await this.keyring.rotationConfig(scope);
    return { data: { enabled, interval: intervalSeconds, max_operations: maxOperations } };
  }

  @OnRotatePath('update', '/config', { body: RotationConfigBody, help: 'Sets when the data key is rotated by itself.' })
  async configure({ scope, body }: EngineRequest<RotationConfigBody>): Promise<undefined> {
    const { enabled, interval, max_operations } = body;
    const config = given({ enabled, intervalSeconds: interval, maxOperations: max_operations });
    await this.keyring.configureRotation(scope, config);
  }
}
