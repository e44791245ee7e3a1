import { type Logger, reasonOf } from '@tidelock/kernel';
import type { HeartbeatsReceived } from './heartbeats-received';

const LOOK_MS = 1000;

/** Says in the primary's log when a secondary is heard and when it is not any more. */
export class SecondaryWatch {
  private readonly connected = new Map<string, boolean>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly heartbeats: Pick<HeartbeatsReceived, 'statuses'>,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.lookSafely(), LOOK_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
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

  /** Nobody catches what a timer throws: the process would end. */
  private lookSafely(): void {
    try {
      this.look();
    } catch (error) {
      this.logger.error('the connections of the secondaries could not be looked at', { reason: reasonOf(error) });
    }
  }
}
