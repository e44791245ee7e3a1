import type { Task } from '@tidelock/core/runtime';
import type { Logger } from '@tidelock/kernel';
import type { HeartbeatsReceived } from './heartbeats-received';

/** Says in the primary's log when a secondary is heard and when it is not any more. */
export class SecondaryWatch implements Task {
  readonly name = 'secondaries';
  readonly every = 1000;
  private connected: ReadonlyMap<string, boolean> = new Map();

  constructor(
    private readonly heartbeats: Pick<HeartbeatsReceived, 'connections' | 'statuses'>,
    private readonly logger: Logger,
  ) {}

  run(): void {
    const connected = this.heartbeats.connections();
    const changed = [...connected]
      .filter(([id, isConnected]) => this.connected.get(id) !== isConnected)
      .map(([id]) => id);
    if (changed.length > 0) this.tell(changed);
    this.connected = connected;
  }

  private tell(changed: readonly string[]): void {
    const statuses = this.heartbeats.statuses(() => ({ head: 0 }));
    for (const status of statuses.filter(({ node_id: id }) => changed.includes(id))) {
      const { node_id: secondary, api_address: address, last_heartbeat: lastHeartbeat } = status;
      if (status.connection_status === 'connected')
        this.logger.info('a secondary is connected', { secondary, address });
      else this.logger.warn('lost a secondary: it is not heard any more', { secondary, lastHeartbeat });
    }
  }
}
