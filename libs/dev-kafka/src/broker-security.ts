import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newBrokerCertificate } from './broker-certificate';

/** A user that the broker knows by SCRAM-SHA-512. */
interface KafkaUser {
  readonly name: string;
  readonly password: string;
  /** Nothing is refused to it. */
  readonly superUser?: boolean;
}

/** A broker that clients reach by TLS and SCRAM only, and whose authoriser allows what an ACL allows. */
export interface KafkaSecurity {
  readonly users: readonly KafkaUser[];
}

/** Of a secured node: its clients' listener is not the one that the node itself, and this program, speak to. */
export interface SecuredListeners {
  readonly port: number;
  readonly internalPort: number;
  readonly controllerPort: number;
  readonly dir: string;
}

export const authorityPath = (dir: string): string => join(dir, 'ca.pem');
const keystorePath = (dir: string): string => join(dir, 'broker.pem');

/** Makes the authority and the broker's key store in `dir`: once, so that a restarted node is the same to its clients. */
export async function writeCertificates(dir: string): Promise<void> {
  const { authority, certificate, privateKey } = await newBrokerCertificate();
  await writeFile(keystorePath(dir), `${privateKey}\n${certificate}\n${authority}\n`, { mode: 0o600 });
  await writeFile(authorityPath(dir), authority);
}

/**
 * `server.properties` of such a node. The node reaches itself without a password (it is `User:ANONYMOUS` then, and may do
 * everything) at ports of 127.0.0.1 that no client is told.
 */
export function securedProperties(
  { port, internalPort, controllerPort, dir }: SecuredListeners,
  { users }: KafkaSecurity,
): Record<string, string> {
  const superUsers = ['ANONYMOUS', ...users.filter(({ superUser }) => superUser).map(({ name }) => name)];
  return {
    listeners: `SASL_SSL://127.0.0.1:${port},INTERNAL://127.0.0.1:${internalPort},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `SASL_SSL://127.0.0.1:${port},INTERNAL://127.0.0.1:${internalPort}`,
    'listener.security.protocol.map': 'SASL_SSL:SASL_SSL,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'INTERNAL',
    'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config':
      'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    'listener.name.sasl_ssl.ssl.keystore.type': 'PEM',
    'listener.name.sasl_ssl.ssl.keystore.location': keystorePath(dir),
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'allow.everyone.if.no.acl.found': 'false',
    'super.users': superUsers.map((name) => `User:${name}`).join(';'),
  };
}

/** Arguments of the format tool that make the users. */
export const scramArguments = ({ users }: KafkaSecurity): string[] =>
  users.flatMap(({ name, password }) => ['--add-scram', `SCRAM-SHA-512=[name=${name},password=${password}]`]);
