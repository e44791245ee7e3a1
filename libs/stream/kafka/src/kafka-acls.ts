import type { AclEntry } from 'kafkajs';
import type { StreamReader } from '@tidelock/stream';
import { kafkajs } from './kafkajs-internals';

/** A right on one resource, in the terms of Kafka's protocol and of its command-line tool. */
export interface AclRule {
  readonly principal: string;
  readonly resource: 'topic' | 'group';
  readonly name: string;
  readonly pattern: 'literal' | 'prefixed';
  readonly operations: readonly ('Describe' | 'Read')[];
}

export const topicRule = ({ principal, topic }: StreamReader): AclRule => ({
  principal,
  resource: 'topic',
  name: topic,
  pattern: 'literal',
  operations: ['Describe', 'Read'],
});

/** With the dot: the readers of `us` are not those of `us-east`. */
export const groupRule = ({ principal, group }: StreamReader): AclRule => ({
  principal,
  resource: 'group',
  name: `${group}.`,
  pattern: 'prefixed',
  operations: ['Read'],
});

/** One entry for each operation; as a filter it matches this one entry. */
export function entriesOf({ principal, resource, name, pattern, operations }: AclRule): AclEntry[] {
  const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs();
  const resources = { topic: AclResourceTypes.TOPIC, group: AclResourceTypes.GROUP };
  const patterns = { literal: ResourcePatternTypes.LITERAL, prefixed: ResourcePatternTypes.PREFIXED };
  const names = { Describe: AclOperationTypes.DESCRIBE, Read: AclOperationTypes.READ };
  return operations.map((operation) => ({
    principal,
    host: '*',
    permissionType: AclPermissionTypes.ALLOW,
    resourceType: resources[resource],
    resourceName: name,
    resourcePatternType: patterns[pattern],
    operation: names[operation],
  }));
}

/** The call of Kafka's own tool that adds or removes a rule. `admin.properties`: the administrator's credentials. */
export function commandOf(action: 'add' | 'remove', brokers: readonly string[], rule: AclRule): string {
  const { principal, resource, name, pattern, operations } = rule;
  return [
    `kafka-acls.sh --bootstrap-server ${brokers.join(',')} --command-config admin.properties`,
    action === 'add' ? '--add' : '--remove --force',
    `--allow-principal ${quoted(principal)}`,
    ...operations.map((operation) => `--operation ${operation}`),
    `--${resource} ${quoted(name)} --resource-pattern-type ${pattern}`,
  ].join(' ');
}

/** For a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
