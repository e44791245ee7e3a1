import { execFileSync } from 'node:child_process';
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } from 'kafkajs';
import { commandOf, entriesOf, groupRule, topicRule } from './kafka-acls';

const READER = { principal: 'User:us-east', topic: 't.set-1.stream', group: 't.set-1.us-east' };
const COMMON = { principal: 'User:us-east', host: '*', permissionType: AclPermissionTypes.ALLOW };

describe('the rights of a reader', () => {
  it('are to read one topic, under group names of its own, and nothing else', () => {
    const topic = {
      ...COMMON,
      resourceType: AclResourceTypes.TOPIC,
      resourceName: 't.set-1.stream',
      resourcePatternType: ResourcePatternTypes.LITERAL,
    };
    expect([topicRule(READER), groupRule(READER)].flatMap(entriesOf)).toEqual([
      { ...topic, operation: AclOperationTypes.DESCRIBE },
      { ...topic, operation: AclOperationTypes.READ },
      {
        ...COMMON,
        resourceType: AclResourceTypes.GROUP,
        resourceName: 't.set-1.us-east.',
        resourcePatternType: ResourcePatternTypes.PREFIXED,
        operation: AclOperationTypes.READ,
      },
    ]);
  });

  it('are given and taken by one command each', () => {
    expect(commandOf('add', ['a:1', 'b:2'], topicRule(READER))).toBe(
      "kafka-acls.sh --bootstrap-server a:1,b:2 --command-config admin.properties --add --allow-principal 'User:us-east' --operation Describe --operation Read --topic 't.set-1.stream' --resource-pattern-type literal",
    );
    expect(commandOf('remove', ['a:1'], groupRule(READER))).toBe(
      "kafka-acls.sh --bootstrap-server a:1 --command-config admin.properties --remove --force --allow-principal 'User:us-east' --operation Read --group 't.set-1.us-east.' --resource-pattern-type prefixed",
    );
  });

  it('survive the shell, whatever the user is called', () => {
    const principal = `User:CN=it's $HOME "x",O=\`id\``;
    const command = commandOf('add', ['a:1'], topicRule({ ...READER, principal }));
    const seen = execFileSync('/bin/sh', ['-c', command.replace('kafka-acls.sh', String.raw`printf '%s\n'`)], {
      encoding: 'utf8',
    });
    expect(seen.split('\n')).toContain(principal);
  });
});
