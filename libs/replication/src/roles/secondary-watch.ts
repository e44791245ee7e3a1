import type { Logger } from '@tidelock/kernel';
import type { HeartbeatsReceived } from './heartbeats-received';
import { Watch } from './watch';

/** Says in the primary's log when a secondary is heard and when it is not any more. */
export class SecondaryWatch extends Watch {
  private readonly connected = new Map<string, boolean>();

  constructor(
    private readonly heartbeats: Pick<HeartbeatsReceived, 'statuses'>,
    logger: Logger,
  ) {
    super(logger, 'the connections of the secondaries could not be looked at');
  }

  look(): void {
    const statuses = this.heartbeats.statuses(() => ({ head: 0 }));
    for (const { node_id: secondary, connection_status: status, api_address: address, last_heartbeat: lastHeartbeat } of statuses) {
      const isConnected = status === 'connected';
      if (this.connected.get(secondary) === isConnected) continue;
      this.connected.set(secondary, isConnected);
      if (isConnected) this.logger.info('a secondary is connected', { secondary, address });
      else this.logger.warn('lost a secondary: it is not heard any more', { secondary, lastHeartbeat });
    }
    const heard = new Set(statuses.map(({ node_id: id }) => id));
    for (const id of this.connected.keys()) if (!heard.has(id)) this.connected.delete(id);
  }
}
