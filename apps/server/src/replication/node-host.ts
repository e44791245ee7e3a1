import type { AuditBroker } from '@tidelock/core/audit';
import type { MountTable } from '@tidelock/core/mounts';
import type { RequestPipeline } from '@tidelock/core/pipeline';
import { incomingOf } from '@tidelock/core/replica';
import type { ClusterSeal, NewRootKey, SealManager } from '@tidelock/core/seal';
import type { UnsealedService } from '@tidelock/core/service';
import type { BatchTokenKeys } from '@tidelock/core/tokens';
import type { Clock, Timeliness } from '@tidelock/kernel';
import type { Forwarder, RecordedCall, ReplicationHost } from '@tidelock/replication';
import { malformedCall, onRecord } from './recorded-call';
import { lookUpAtPrimary, unwrapAtPrimary } from './unwrap-call';

/** The rooms that stand on replication, and are made after it. */
export interface RoomsAbove {
  readonly clock: Clock;
  readonly audit: AuditBroker;
  readonly mounts: MountTable;
  readonly pipeline: Pick<RequestPipeline, 'runForwarded'>;
  readonly batchTokens: BatchTokenKeys;
  readonly newRootKey: NewRootKey;
  readonly seal: SealManager;
  readonly clusterSeal: ClusterSeal;
  readonly service: UnsealedService;
  readonly calls: ReplicationHost['calls'];
}

/** What replication asks of the node. Nothing of it is asked before the barrier is open, so the rooms above are handed over once they are made. */
export class NodeHost implements ReplicationHost {
  readonly unwrap = unwrapAtPrimary;
  readonly lookUp = lookUpAtPrimary;
  private rooms: RoomsAbove | undefined;

  connect(rooms: RoomsAbove): void {
    this.rooms = rooms;
  }

  get calls(): ReplicationHost['calls'] {
    return this.above.calls;
  }

  async forwarded(request: unknown, by: Forwarder, timely: Timeliness): Promise<unknown> {
    const { above } = this;
    // What is no request at all has no entry of its own.
    const incoming = await Promise.resolve()
      .then(() => incomingOf(request, by))
      .catch((error: unknown) => onRecord(above, malformedCall(by), () => Promise.reject(error as Error)));
    return above.pipeline.runForwarded(incoming, timely);
  }

  onRecord<T>(call: RecordedCall, work: () => Promise<T>): Promise<T> {
    return onRecord(this.above, call, work);
  }

  sealRowFor(rootKey: Buffer): ReturnType<ReplicationHost['sealRowFor']> {
    return this.above.clusterSeal.rowFor(rootKey);
  }

  batchTokenKey(): Promise<string> {
    return this.above.batchTokens.keyOfSet();
  }

  endBatchTokens(unit: Parameters<ReplicationHost['endBatchTokens']>[0]): Promise<void> {
    return this.above.batchTokens.begin(unit);
  }

  reopen(work: () => Promise<void>): Promise<void> {
    return this.above.seal.reopen(work);
  }

  open(rootToken?: string): Promise<void> {
    return this.above.service.open(rootToken);
  }

  /** There is somebody to ask now. */
  roleTaken(): void {
    void this.above.batchTokens.load();
    this.above.newRootKey.needed();
    this.above.mounts.parts.reconsider();
  }

  developmentRootToken(): string | undefined {
    return this.above.service.developmentRootToken;
  }

  private get above(): RoomsAbove {
    if (this.rooms === undefined) throw new Error('the rooms above replication have not been made');
    return this.rooms;
  }
}
