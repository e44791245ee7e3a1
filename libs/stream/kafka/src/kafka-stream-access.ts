import { randomUUID } from 'node:crypto';
import type { Admin } from 'kafkajs';
import type { Logger } from '@tidelock/kernel';
import type { AccessOutcome, BrokerSettings, StreamAccess, StreamReader } from '@tidelock/stream';
import { type AclRule, commandOf, entriesOf, groupRule, topicRule } from './kafka-acls';
import { connectKafka, withAdmin } from './kafka-client';
import { principalOf } from './kafka-principal';

/** Kafka's own error codes, as kafkajs names them. */
const MAY_NOT = 'CLUSTER_AUTHORIZATION_FAILED';
const NO_AUTHORIZER = 'SECURITY_DISABLED';

/** Rights as Kafka's ACLs. The primary needs Alter on the cluster for it; without, an administrator is told what to run. */
export class KafkaStreamAccess implements StreamAccess {
  constructor(private readonly logger: Logger) {}

  principalOf(broker: BrokerSettings): string | undefined {
    return principalOf(broker);
  }

  /** Deleting what matches nobody takes the same right as creating, and does nothing. */
  preview(broker: BrokerSettings, reader: StreamReader): Promise<AccessOutcome> {
    const nobody = { ...reader, principal: `User:nobody-${randomUUID()}` };
    return this.attempt(broker, 'add', rulesOf(reader), (admin) =>
      admin.deleteAcls({ filters: entriesOf(topicRule(nobody)) }),
    );
  }

  allow(broker: BrokerSettings, reader: StreamReader): Promise<AccessOutcome> {
    const rules = rulesOf(reader);
    return this.attempt(broker, 'add', rules, (admin) => admin.createAcls({ acl: rules.flatMap(entriesOf) }));
  }

  forbid(broker: BrokerSettings, reader: StreamReader, keepTopic: boolean): Promise<AccessOutcome> {
    const rules = keepTopic ? [groupRule(reader)] : rulesOf(reader);
    return this.attempt(broker, 'remove', rules, (admin) => admin.deleteAcls({ filters: rules.flatMap(entriesOf) }));
  }

  private async attempt(
    broker: BrokerSettings,
    action: 'add' | 'remove',
    rules: readonly AclRule[],
    work: (admin: Admin) => Promise<unknown>,
  ): Promise<AccessOutcome> {
    try {
      await withAdmin(connectKafka(broker, this.logger), work);
      return { state: 'created', commands: [] };
    } catch (error) {
      const { type } = error as { type?: string };
      if (type === NO_AUTHORIZER) return { state: 'not-needed', commands: [] };
      if (type === MAY_NOT)
        return { state: 'manual', commands: rules.map((rule) => commandOf(action, broker.brokers, rule)) };
      throw error;
    }
  }
}

const rulesOf = (reader: StreamReader): AclRule[] => [topicRule(reader), groupRule(reader)];
