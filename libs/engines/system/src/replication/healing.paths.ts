import {
  BoolField,
  EnginePart,
  type EngineRequest,
  type EngineResponse,
  IntField,
  OnPath,
  ReplicationService,
} from '@tidelock/engine-api';
import { badRequest } from '@tidelock/kernel';
import { SystemEngine } from '../engine/system-engine';

class ReindexBody {
  @BoolField() diff?: boolean;
  @BoolField() force?: boolean;
  @BoolField() skip_flush?: boolean;
}

class SkipPoisonBody {
  @IntField() index?: number;
}

const REINDEX = { body: ReindexBody, sudo: true, localOnly: true } as const;
const REBUILDS = 'Rebuilds the merkle tree from the stored records.';
const REINDEXING =
  'The merkle tree of this cluster is being rebuilt from its stored records; requests are served meanwhile. ' +
  'Its progress is in sys/replication/performance/status.';
const RECOVERING =
  'Replication of this cluster begins anew where it stands; a mutation that could not be applied is tried again. ' +
  'Whether it goes on is in sys/replication/performance/status.';
const skipped = (index: number): string =>
  `Mutation ${index} was not applied on this cluster and is on record as skipped. What it lacks is fetched from the primary after the next ` +
  'checkpoint; what cannot be stored here stays named as known_difference in the status.';

/** Damage, and what stands still. Old names, without `performance/`, answer the same. */
@EnginePart(SystemEngine)
export class ReplicationHealingPaths {
  constructor(private readonly replication: ReplicationService) {}

  @OnPath('update', 'replication/merkle-check', {
    localOnly: true,
    help: 'Compares the merkle tree with the stored records.',
  })
  async merkleCheck(): Promise<EngineResponse> {
    return { data: await this.replication.merkleCheck() };
  }

  @OnPath('update', 'replication/dr/reindex', {
    ...REINDEX,
    help: 'Rebuilds the merkle tree, of which there is one for all kinds of replication.',
  })
  @OnPath('update', 'replication/performance/reindex', { ...REINDEX, help: REBUILDS })
  @OnPath('update', 'replication/reindex', { ...REINDEX, help: REBUILDS })
  async reindex({ body }: EngineRequest<ReindexBody>): Promise<EngineResponse> {
    this.replication.reindex({ diff: body.diff ?? false, force: body.force ?? false });
    return { data: null, warnings: [REINDEXING] };
  }

  @OnPath('update', 'replication/recover', { localOnly: true, help: 'Restarts replication that stands still.' })
  async recover(): Promise<EngineResponse> {
    this.replication.recover();
    return { data: null, warnings: [RECOVERING] };
  }

  @OnPath('update', 'replication/performance/secondary/skip-poison', {
    body: SkipPoisonBody,
    sudo: true,
    localOnly: true,
    help: 'Steps over a mutation that this secondary cannot apply.',
  })
  async skipPoison({ body: { index } }: EngineRequest<SkipPoisonBody>): Promise<EngineResponse> {
    if (index === undefined) throw badRequest('index must be specified');
    await this.replication.skipPoison(index);
    return { data: { skipped: index }, warnings: [skipped(index)] };
  }
}
