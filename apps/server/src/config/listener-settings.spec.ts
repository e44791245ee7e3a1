import { newBrokerCertificate } from '@tidelock/dev-kafka';
import { loadConfig } from './load-config';
import { load, written } from './load-config.testing';

describe('the listeners of a configuration', () => {
  it('listens where each listener says, the cluster on the port after the first', () => {
    const { settings } = load(
      'storage "inmem" {} listener "tcp" { address = "[::1]:9000" tls_disable = 1 } listener "tcp" { address = ":9100" tls_disable = "true" }',
    );
    expect(settings.listeners).toEqual([
      { host: '::1', port: 9000 },
      { host: '0.0.0.0', port: 9100 },
    ]);
    expect(settings).toMatchObject({
      clusterListener: { host: '::1', port: 9001 },
      clusterAddr: 'https://[::1]:9001',
      apiAddr: '',
    });
    expect(load('', {}, ['-dev', '-dev-listen-address=0.0.0.0:0']).settings).toMatchObject({
      apiAddr: 'http://127.0.0.1:0',
      clusterListener: { host: '0.0.0.0', port: 0 },
      clusterAddr: 'https://127.0.0.1:0',
    });
  });

  it('serves plain HTTP only where that is said, whatever configures it; development mode is the exception', () => {
    const refusal = 'listener "tcp" needs "tls_cert_file" and "tls_key_file", or "tls_disable = true" for plain HTTP';
    expect(() => load('storage "inmem" {}', {})).toThrow(refusal);
    expect(() => loadConfig([], { TIDELOCK_STORAGE_PATH: '/x.db', TIDELOCK_LISTEN_ADDRESS: '0.0.0.0:1' })).toThrow(
      refusal,
    );
    expect(
      loadConfig([], { TIDELOCK_STORAGE_PATH: '/x.db', TIDELOCK_TLS_DISABLE: 'true' }).settings.listeners[0],
    ).not.toHaveProperty('tls');
    expect(loadConfig(['-dev'], {}).settings.listeners[0]).not.toHaveProperty('tls');
  });

  it.each(['0.0.0.0:1', ':1', '[::]:1', '10.1.2.3:1', 'vault.example.com:1'])(
    'warns once about plain HTTP at %s, in development mode, too',
    (address) => {
      const block = `storage "inmem" {} listener "tcp" { address = "${address}" tls_disable = true }`;
      for (const { warnings } of [
        load(block),
        load('', { TIDELOCK_LISTEN_ADDRESS: address }, ['-dev']),
        loadConfig(['-dev', `-dev-listen-address=${address}`], {}),
      ]) {
        expect(warnings.map(({ message }) => message)).toEqual([
          expect.stringContaining('the API is served in plain HTTP'),
        ]);
      }
    },
  );

  it.each(['127.0.0.1:1', '127.9.9.9:1', '[::1]:1', 'localhost:1'])(
    'does not warn about plain HTTP at %s',
    (address) => {
      expect(load(`storage "inmem" {} listener "tcp" { address = "${address}" tls_disable = true }`).warnings).toEqual(
        [],
      );
    },
  );

  it('warns about addresses that others are told and cannot use', () => {
    expect(
      load('storage "inmem" {} api_addr = "http://0.0.0.0:8200" cluster_addr = "https://[::]:8201"').warnings.map(
        ({ facts }) => facts,
      ),
    ).toEqual([
      { key: 'api_addr', address: 'http://0.0.0.0:8200' },
      { key: 'cluster_addr', address: 'https://[::]:8201' },
    ]);
    expect(load('storage "inmem" {} cluster_addr = "http://vault:8201"').settings.clusterAddr).toBe(
      'https://vault:8201',
    );
  });

  it('refuses certificates that cannot be served, naming the file', async () => {
    const [own, other] = [await newBrokerCertificate(), await newBrokerCertificate()];
    const [cert, key, foreign] = [
      written('own.pem', own.certificate),
      written('own-key.pem', own.privateKey),
      written('foreign-key.pem', other.privateKey),
    ];
    const block =
      (certFile: string, keyFile: string, more = '') =>
      () =>
        load(
          `storage "inmem" {} listener "tcp" {\ntls_cert_file = "${certFile}"\ntls_key_file = "${keyFile}"\n${more}}`,
          {},
        );
    expect(block(cert, key)().settings.listeners[0]?.tls).toMatchObject({ certFile: cert, keyFile: key });
    expect(block(cert, foreign)).toThrow(
      `listener "tcp": "tls_key_file" must be the private key of "tls_cert_file" (${cert}), and ${foreign} is another's`,
    );
    expect(block(key, key)).toThrow(`"tls_cert_file" must hold certificates in PEM form, and ${key} does not`);
    expect(block(cert, cert)).toThrow(
      `"tls_key_file" must hold an unencrypted private key in PEM form, and ${cert} does not`,
    );
    expect(block(cert, key, `tls_client_ca_file = "${key}"\n`)).toThrow(
      `"tls_client_ca_file" must hold certificates in PEM form, and ${key} does not`,
    );
  });

  it('takes certificates from the environment alone for TLS', async () => {
    const made = await newBrokerCertificate();
    const [cert, key] = [written('cert.pem', made.certificate), written('key.pem', made.privateKey)];
    const env = {
      TIDELOCK_STORAGE_PATH: '/x.db',
      TIDELOCK_TLS_CERT_FILE: cert,
      TIDELOCK_TLS_KEY_FILE: key,
      TIDELOCK_TLS_DISABLE_CLIENT_CERTS: '1',
      TIDELOCK_TLS_MIN_VERSION: 'tls13',
    };
    expect(loadConfig([], env).settings.listeners[0]?.tls).toEqual({
      certFile: cert,
      keyFile: key,
      requireClientCert: false,
      askForClientCert: false,
      minVersion: 'TLSv1.3',
    });
  });

  it("takes the versions and the cipher suites of TLS, which have Go's names", async () => {
    const made = await newBrokerCertificate();
    const [cert, key] = [written('cert.pem', made.certificate), written('key.pem', made.privateKey)];
    const tls = (more: string) =>
      load(`storage "inmem" {} listener "tcp" {\ntls_cert_file = "${cert}"\ntls_key_file = "${key}"\n${more}\n}`, {})
        .settings.listeners[0]?.tls;
    expect(tls('tls_max_version = "tls12"')).toMatchObject({ maxVersion: 'TLSv1.2' });
    expect(tls('tls_min_version = "tls11"\ntls_max_version = "tls11"')).toMatchObject({
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
    });
    expect(() => tls('tls_max_version = "tls14"')).toThrow(
      '"tls_max_version" must be one of tls10, tls11, tls12, tls13',
    );
    expect(() => tls('tls_max_version = "tls11"')).toThrow(
      'listener "tcp": "tls_max_version" (tls11) must not be older than "tls_min_version" (tls12, unless given)',
    );
    const of13 = 'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256';
    expect(
      tls(
        'tls_cipher_suites = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305,TLS_AES_128_GCM_SHA256"',
      )?.ciphers,
    ).toBe(`${of13}:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305`);
    expect(tls('tls_cipher_suites = ""')).not.toHaveProperty('ciphers');
    expect(() => tls('tls_cipher_suites = "TLS_RSA_WITH_RC4_128_SHA"')).toThrow(
      /"tls_cipher_suites": "TLS_RSA_WITH_RC4_128_SHA" is not known; known are TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, /,
    );
  });

  it('takes what a listener demands of requests, and its time limits, in milliseconds', () => {
    const listener = (keys: string) =>
      load(`storage "inmem" {} listener "tcp" {\ntls_disable = true\n${keys}\n}`).settings.listeners[0];
    expect(listener('require_request_header = "true"')).toMatchObject({ requireRequestHeader: true });
    expect(listener('require_request_header = false')).not.toHaveProperty('requireRequestHeader');
    expect(listener('http_write_timeout = "90s"\nhttp_idle_timeout = 0')?.timeLimits).toEqual({
      write: 90_000,
      idle: 0,
    });
  });

  it('opens metrics on the listeners that say so, or on all', () => {
    const two =
      'storage "inmem" {} listener "tcp" { tls_disable = true } listener "tcp" { address = "127.0.0.1:9" tls_disable = true telemetry { unauthenticated_metrics_access = true } }';
    expect(load(two).settings.listeners.map(({ openMetrics }) => openMetrics)).toEqual([undefined, true]);
    expect(
      load(`${two} telemetry { unauthenticated_metrics_access = true }`).settings.listeners.map(
        ({ openMetrics }) => openMetrics,
      ),
    ).toEqual([true, true]);
    expect(() =>
      load('storage "inmem" {} listener "tcp" { tls_disable = true telemetry { unauthenticated = true } }'),
    ).toThrow('unknown key "unauthenticated"');
  });

  it('demands tokens for what needs none on the listeners that say so', () => {
    const two = `storage "inmem" {} listener "tcp" { tls_disable = true } listener "tcp" {
      address = "127.0.0.1:9"
      tls_disable = true
      disable_unauthed_generate_root_endpoints = true
      disable_unauthed_rekey_endpoints = true
    }`;
    expect(load(two).settings.listeners.map(({ tokenDemands }) => tokenDemands)).toEqual([
      undefined,
      ['generate-root', 'rekey'],
    ]);
  });
});
