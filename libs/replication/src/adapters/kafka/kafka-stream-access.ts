import { randomUUID } from 'node:crypto';
import type { Admin } from 'kafkajs';
import type { Logger } from '@tidelock/kernel';
import type { BrokerSettings } from '../../ports/stream';
import type { AccessOutcome, StreamAccess, StreamReader } from '../../ports/stream-access';
import { type AclRule, commandOf, entriesOf, groupRule, topicRule } from './kafka-acls';
import { connectKafka, withAdmin } from './kafka-client';
import { principalOf } from './kafka-principal';

/** Kafka's own error codes, as kafkajs names them. */
const MAY_NOT = 'CLUSTER_AUTHORIZATION_FAILED';
const NO_AUTHORIZER = 'SECURITY_DISABLED';

/** Rights as Kafka's ACLs. The primary needs Alter on the cluster for it; without, an administrator is told what to run. */
export class KafkaStreamAccess implements StreamAccess {
  /** @param settings absent: no broker is configured, so nobody asks for rights. */
  constructor(
    private readonly settings: BrokerSettings | undefined,
    private readonly logger: Logger,
  ) {}

  principalOf(broker: BrokerSettings): string | undefined {
    return principalOf(broker);
  }

  /** Deleting what matches nobody takes the same right as creating, and does nothing. */
  preview(reader: StreamReader): Promise<AccessOutcome> {
    const nobody = { ...reader, principal: `User:nobody-${randomUUID()}` };
    return this.attempt('add', rulesOf(reader), (admin) => admin.deleteAcls({ filters: entriesOf(topicRule(nobody)) }));
  }

  allow(reader: StreamReader): Promise<AccessOutcome> {
    const rules = rulesOf(reader);
    return this.attempt('add', rules, (admin) => admin.createAcls({ acl: rules.flatMap(entriesOf) }));
  }

  forbid(reader: StreamReader, keepTopic: boolean): Promise<AccessOutcome> {
    const rules = keepTopic ? [groupRule(reader)] : rulesOf(reader);
    return this.attempt('remove', rules, (admin) => admin.deleteAcls({ filters: rules.flatMap(entriesOf) }));
  }

  private async attempt(action: 'add' | 'remove', rules: readonly AclRule[], work: (admin: Admin) => Promise<unknown>): Promise<AccessOutcome> {
    const { settings } = this;
    if (settings === undefined) throw new Error('no broker is configured');
    try {
      await withAdmin(connectKafka(settings, this.logger), work);
      return { state: 'created', commands: [] };
    } catch (error) {
      const { type } = error as { type?: string };
      if (type === NO_AUTHORIZER) return { state: 'not-needed', commands: [] };
      if (type === MAY_NOT) return { state: 'manual', commands: rules.map((rule) => commandOf(action, settings.brokers, rule)) };
      throw error;
    }
  }
}

const rulesOf = (reader: StreamReader): AclRule[] => [topicRule(reader), groupRule(reader)];
