import {
  BoolField,
  DurationField,
  EnginePart,
  type EngineRequest,
  type EngineResponse,
  OnPath,
  type QuarantinedFacts,
  ReplicationService,
  StringField,
  StringListField,
} from '@tidelock/engine-api';
import { badRequest, rfc3339 } from '@tidelock/kernel';
import { SystemEngine } from '../engine/system-engine';

class AllowReapplyBody {
  @StringField({ required: 'id must be specified', description: 'Id of the former primary.' }) id!: string;
  @DurationField({ description: 'How long it may take; default 15 minutes.' }) ttl?: number;
}

class ChosenBody {
  @StringListField({ description: 'Indexes of the mutations.' }) indexes?: string[];
  @BoolField({ description: 'Everything in quarantine.' }) all?: boolean;
  @BoolField({ description: 'Only tells what the change would do.', alsoInQuery: true }) dry_run?: boolean;
}

const DEFAULT_TTL_SECONDS = 15 * 60;

/** What a fenced primary had and its set has not. */
@EnginePart(SystemEngine)
export class ReplicationQuarantinePaths {
  constructor(private readonly replication: ReplicationService) {}

  @OnPath('read', 'replication/performance/quarantine', {
    localOnly: true,
    help: 'Lists the mutations in quarantine, without their values.',
  })
  async list(): Promise<EngineResponse> {
    const mutations = await this.replication.quarantined();
    return { data: { mutations: mutations.map(shown) } };
  }

  @OnPath('update', 'replication/performance/quarantine/discard', {
    body: ChosenBody,
    sudo: true,
    localOnly: true,
    help: 'Throws mutations in quarantine away.',
  })
  async discard({ body }: EngineRequest<ChosenBody>): Promise<EngineResponse | undefined> {
    if (body.dry_run) return this.preview('discard', body);
    await this.replication.discardQuarantined(chosenIn(body));
    return undefined;
  }

  @OnPath('update', 'replication/performance/primary/allow-reapply', {
    body: AllowReapplyBody,
    sudo: true,
    localOnly: true,
    help: 'Lets a former primary write anew, once, what it has in quarantine.',
  })
  async allowReapply({
    body: { id, ttl = DEFAULT_TTL_SECONDS },
  }: EngineRequest<AllowReapplyBody>): Promise<EngineResponse> {
    if (ttl <= 0) throw badRequest('ttl must be positive');
    return { data: { id, until: rfc3339(this.replication.allowReapply(id, ttl)) } };
  }

  @OnPath('update', 'replication/performance/quarantine/reapply', {
    body: ChosenBody,
    sudo: true,
    localOnly: true,
    help: 'Writes mutations in quarantine anew on the primary.',
  })
  async reapply({ body }: EngineRequest<ChosenBody>): Promise<EngineResponse | undefined> {
    if (body.dry_run) return this.preview('reapply', body);
    await this.replication.reapplyQuarantined(chosenIn(body));
    return undefined;
  }

  private async preview(change: 'discard' | 'reapply', body: ChosenBody): Promise<EngineResponse> {
    const { would, mutations, refused } = await this.replication.previewQuarantined(change, chosenIn(body));
    return { data: { would, mutations: mutations.map(shown), ...(refused && { refused: [...refused] }) } };
  }
}

const shown = ({ index, epoch, time, path, requestId }: QuarantinedFacts) => ({
  index,
  epoch,
  time: rfc3339(time),
  path,
  request_id: requestId,
});

function chosenIn({ indexes = [], all = false }: ChosenBody): readonly number[] | 'all' {
  if (all === indexes.length > 0) throw badRequest('give either indexes or all=true');
  return all ? 'all' : indexesIn(indexes);
}

function indexesIn(texts: readonly string[]): number[] {
  return texts.map((text) => {
    if (!/^\d{1,15}$/.test(text)) throw badRequest(`indexes must be whole numbers, not ${JSON.stringify(text)}`);
    return Number(text);
  });
}
