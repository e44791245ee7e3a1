import { getCiphers } from 'node:tls';
import { ciphersOf } from './cipher-suites';
import { ConfigError } from './config-error';

const knownSuites = (): string[] => {
  try {
    return [String(ciphersOf('none', 'here'))];
  } catch (error) {
    return (/known are (.*)$/.exec((error as ConfigError).message)?.[1] ?? '').split(', ');
  }
};

describe('tls_cipher_suites', () => {
  it.each(knownSuites())('%s is a suite that Node has', (name) => {
    const has = getCiphers();
    expect(
      ciphersOf(name, 'here')
        ?.split(':')
        .filter((cipher) => !has.includes(cipher.toLowerCase())),
    ).toEqual([]);
  });

  it('always offers what TLS 1.3 has', () => {
    expect(ciphersOf('TLS_AES_128_GCM_SHA256', 'here')).toBe(
      'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256',
    );
  });
});
