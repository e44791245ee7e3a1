import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type RunningKafka, startKafka } from '@tidelock/dev-kafka';
import {
  type Admin,
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  Kafka,
  logLevel,
  ResourcePatternTypes,
} from 'kafkajs';
import { runAclsCommand } from './kafka-acls-command';

const GUIDE = resolve(__dirname, '../../docs/kafka-security.md');
const ADMIN = 'admin';

/** A Kafka of one's own with TLS, SCRAM users and ACLs. */
export class SecuredKafka {
  private constructor(
    private readonly kafka: RunningKafka,
    private readonly passwords: ReadonlyMap<string, string>,
    /** A super user. */
    readonly admin: Admin,
  ) {}

  static async start(users: readonly string[]): Promise<SecuredKafka> {
    const passwords = new Map([ADMIN, ...users].map((name) => [name, `password-of-${name}`]));
    const kafka = await startKafka({
      security: { users: [...passwords].map(([name, password]) => ({ name, password, superUser: name === ADMIN })) },
    });
    const secured = new SecuredKafka(kafka, passwords, clientOf(kafka, ADMIN, passwords.get(ADMIN) as string).admin());
    await secured.admin.connect();
    return secured;
  }

  get brokers(): string {
    return this.kafka.brokers;
  }

  passwordOf(user: string): string {
    return this.passwords.get(user) ?? '';
  }

  client(user: string): Kafka {
    return clientOf(this.kafka, user, this.passwordOf(user));
  }

  /** A broker block for a server that comes as this user. @param more HCL inside the block. */
  stanza(topicPrefix: string, user: string, { password = this.passwordOf(user), more = '' } = {}): string {
    return `broker "kafka" {
      brokers = ["${this.brokers}"]
      topic_prefix = "${topicPrefix}"
      tls { ca_file = "${this.kafka.caFile}" }
      ${this.sasl(user, password)}
      ${more}
    }`;
  }

  sasl(user: string, password = this.passwordOf(user)): string {
    return `sasl {\n mechanism = "SCRAM-SHA-512"\n username = "${user}"\n password = "${password}"\n }`;
  }

  /** As an administrator would run it. */
  run(command: string): Promise<void> {
    return runAclsCommand(this.admin, command);
  }

  /** Gives a user what the guide says that a primary needs, by the guide's own commands. */
  async allowPrimary(user: string, topicPrefix: string, { acls = true } = {}): Promise<void> {
    const commands = [...readFileSync(GUIDE, 'utf8').matchAll(/^kafka-acls\.sh (?:.*\\\n)*.*/gm)].map(([command]) =>
      command.replaceAll('\\\n', ''),
    );
    for (const command of commands) {
      if (acls || !command.includes('--cluster'))
        await this.run(
          command
            .replace(/#.*/, '')
            .replace('tidelock-primary', user)
            .replace(/(?<= )tidelock\.(?= )/, `${topicPrefix}.`),
        );
    }
  }

  /** `<operation> <resource>` of every right that a user has, sorted; prefixes with `*`. */
  async rightsOf(user: string): Promise<string[]> {
    const { resources } = await this.admin.describeAcls({
      principal: `User:${user}`,
      resourceType: AclResourceTypes.ANY,
      resourcePatternType: ResourcePatternTypes.ANY,
      operation: AclOperationTypes.ANY,
      permissionType: AclPermissionTypes.ANY,
    } as Parameters<Admin['describeAcls']>[0]);
    return resources
      .flatMap(({ resourceName, resourcePatternType, resourceType, acls }) =>
        acls.map(
          ({ operation }) =>
            `${nameIn(AclOperationTypes, operation)} ${nameIn(AclResourceTypes, resourceType)} ${resourceName}${resourcePatternType === ResourcePatternTypes.PREFIXED ? '*' : ''}`,
        ),
      )
      .sort();
  }

  async stop(): Promise<void> {
    await this.admin.disconnect();
    await this.kafka.stop();
  }
}

const clientOf = (kafka: RunningKafka, username: string, password: string): Kafka =>
  new Kafka({
    clientId: 'test',
    brokers: [kafka.brokers],
    ssl: { ca: [readFileSync(kafka.caFile, 'utf8')] },
    sasl: { mechanism: 'scram-sha-512', username, password },
    logLevel: logLevel.NOTHING,
    retry: { retries: 2 },
  });

/** kafkajs's enumerations know no names of numbers at run time. */
const nameIn = (enumeration: object, value: number): string | undefined =>
  Object.entries(enumeration).find(([, number]) => number === value)?.[0];
