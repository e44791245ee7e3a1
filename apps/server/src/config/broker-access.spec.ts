import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrokerCertificate, newBrokerCertificate } from '@tidelock/dev-kafka';
import { ENVIRONMENT } from './environment';
import { loadConfig } from './load-config';

const folder = mkdtempSync(join(tmpdir(), 'tidelock-config-'));
const written = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};
const brokerFrom = (block: string, env: Record<string, string> = {}) =>
  loadConfig(
    [
      `-config=${written('tidelock.hcl', `storage "inmem" {} listener "tcp" { tls_disable = true }\nbroker "kafka" {\nbrokers = ["a:1"]\n${block}\n}`)}`,
    ],
    env,
  ).settings.broker;

describe('access to the brokers', () => {
  let made: BrokerCertificate;
  let [ca, cert, key]: [string, string, string] = ['', '', ''];
  beforeAll(async () => {
    made = await newBrokerCertificate();
    [ca, cert, key] = [
      written('ca.pem', made.authority),
      written('cert.pem', made.certificate),
      written('key.pem', made.privateKey),
    ];
  });

  it("is by TLS with the system's roots for an empty block, and in the clear for none", () => {
    expect(brokerFrom('tls {}')).toEqual({ brokers: ['a:1'], topicPrefix: 'tidelock', tls: {} });
    expect(brokerFrom('')).toEqual({ brokers: ['a:1'], topicPrefix: 'tidelock' });
  });

  it('takes an authority, a client certificate and a server name, as the files hold them', () => {
    expect(
      brokerFrom(
        `tls {\nca_file = "${ca}"\ncert_file = "${cert}"\nkey_file = "${key}"\nserver_name = "kafka.internal"\n}`,
      )?.tls,
    ).toEqual({ ca: made.authority, cert: made.certificate, key: made.privateKey, serverName: 'kafka.internal' });
    expect(brokerFrom('tls { insecure_skip_verify = true }')?.tls).toEqual({ insecure: true });
  });

  it.each(['SCRAM-SHA-512', 'scram-sha-512', 'SCRAM_SHA_512'])('takes the mechanism as %s', (mechanism) => {
    expect(brokerFrom(`sasl {\nmechanism = "${mechanism}"\nusername = "u"\npassword = "p"\n}`)?.sasl).toEqual({
      mechanism: 'scram-sha-512',
      username: 'u',
      password: 'p',
    });
  });

  it('takes PLAIN over TLS', () => {
    expect(brokerFrom('tls {}\nsasl {\nmechanism = "PLAIN"\nusername = "u"\npassword = "p"\n}')).toMatchObject({
      tls: {},
      sasl: { mechanism: 'plain' },
    });
  });

  it('knows another user for secondaries', () => {
    const block =
      'sasl {\nmechanism = "PLAIN"\nusername = "u"\npassword = "p"\n}\nsecondary {\nsasl {\nmechanism = "SCRAM-SHA-256"\nusername = "reader"\npassword = "r"\n}\n}';
    expect(brokerFrom(block)).toMatchObject({
      sasl: { username: 'u' },
      secondary: { sasl: { mechanism: 'scram-sha-256', username: 'reader', password: 'r' } },
    });
  });

  it('takes all of it from the environment', () => {
    const blocks = ['broker.tls', 'broker.sasl', 'broker.secondary.sasl'];
    const values: Record<string, string> = {
      ca_file: ca,
      cert_file: cert,
      key_file: key,
      server_name: 'n',
      insecure_skip_verify: 'true',
      mechanism: 'SCRAM-SHA-256',
      username: 'u',
      password: 'p',
    };
    const env = Object.fromEntries(
      ENVIRONMENT.filter(({ block }) => blocks.includes(block)).map(({ variable, key: name }) => [
        variable,
        values[name] as string,
      ]),
    );
    const sasl = { mechanism: 'scram-sha-256', username: 'u', password: 'p' };
    expect(brokerFrom('', env)).toMatchObject({
      tls: { ca: made.authority, cert: made.certificate, key: made.privateKey, serverName: 'n', insecure: true },
      sasl,
      secondary: { sasl },
    });
  });

  describe('is refused, naming the file,', () => {
    const tls = (keys: string) => () => brokerFrom(`tls {\n${keys}\n}`);

    it('when it is not there', () => {
      expect(tls('ca_file = "/nowhere/ca.pem"')).toThrow(
        /tidelock\.hcl:4: broker "kafka": tls: "ca_file" must be a readable file: ENOENT.*\/nowhere\/ca\.pem/,
      );
    });

    it('when it holds something else', () => {
      const nonsense = written(
        'nonsense.pem',
        '-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----\n',
      );
      expect(tls(`ca_file = "${nonsense}"`)).toThrow(
        `"ca_file" must hold certificates in PEM form, and ${nonsense} does not`,
      );
      expect(tls(`ca_file = "${key}"`)).toThrow(`"ca_file" must hold certificates in PEM form, and ${key} does not`);
      expect(tls(`cert_file = "${cert}"\nkey_file = "${cert}"`)).toThrow(
        `"key_file" must hold an unencrypted private key in PEM form, and ${cert} does not`,
      );
    });

    it('when it is the key of another certificate, or one goes without the other', () => {
      const { privateKey } = generateKeyPairSync('ec', {
        namedCurve: 'P-256',
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
        publicKeyEncoding: { type: 'spki', format: 'pem' },
      });
      const other = written('other.pem', privateKey);
      expect(tls(`cert_file = "${cert}"\nkey_file = "${other}"`)).toThrow(
        `"key_file" must be the private key of "cert_file", and ${other} is another's`,
      );
      expect(tls(`cert_file = "${cert}"`)).toThrow('"cert_file" and "key_file" must be given together');
    });
  });

  it('is refused when half of it is missing or it is misspelt, without showing the password', () => {
    const refusal = (block: string): string => {
      try {
        return String(brokerFrom(block));
      } catch (error) {
        return (error as Error).message;
      }
    };
    const half = refusal('sasl {\nmechanism = "PLAIN"\npassword = "hunter2"\n}');
    expect(half).toMatch(/tidelock\.hcl:4: broker "kafka": sasl: "mechanism", "username" and "password" must be given/);
    expect(half).not.toContain('hunter2');
    expect(refusal('secondary {\nsasl {\nmechanism = "GSSAPI"\n}\n}')).toMatch(
      /tidelock\.hcl:6: broker "kafka": secondary: sasl: "mechanism" must be one of PLAIN/,
    );
    expect(refusal('secondary {\ntls {}\n}')).toMatch(/broker "kafka": secondary: unknown key "tls"; known are sasl/);
  });
});
