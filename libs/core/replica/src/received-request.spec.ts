import 'reflect-metadata';
import { webcrypto, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { CLIENT_CERTIFICATE } from './client-certificate.testing';
import { incomingOf } from './received-request';

const CALLER = { displayName: 'tester', policies: ['writer'], entityId: 'entity', metadata: { username: 'tester' } };
const REQUEST = {
  id: 'request-1',
  operation: 'update',
  path: 'secret/a',
  data: { a: 1 },
  headers: { 'x-vault-request': 'true', 'x-tags': ['a'] },
  remoteAddress: '192.0.2.7',
  remotePort: 4711,
  caller: CALLER,
};
const PEER = { secondaryId: 'us-east', level: 'data', hidden: ['kv/'] } as const;

describe('a request as a secondary sends it on', () => {
  it('is taken without a token and without states to wait for', () => {
    expect(incomingOf(REQUEST, PEER)).toEqual({
      id: 'request-1',
      operation: 'update',
      path: 'secret/a',
      data: { a: 1 },
      headers: { 'x-vault-request': 'true', 'x-tags': ['a'] },
      clientToken: '',
      requiredStates: [],
      connection: { remoteAddress: '192.0.2.7', remotePort: 4711 },
      forwarded: { ...PEER, caller: CALLER },
    });
    expect(incomingOf({ ...REQUEST, requiredStates: ['s'], wrapTtlSeconds: 1.5 }, PEER)).toMatchObject({
      requiredStates: ['s'],
      wrap: { ttlSeconds: 1.5 },
    });
  });

  it('is whose its certificate says, and of whom it says, whatever else it claims', () => {
    const claims = {
      ...REQUEST,
      secondaryId: 'eu-west',
      clientToken: 'hvs.ROOT',
      openMetrics: true,
      forwarded: { level: 'all', hidden: [] },
      connection: { peerCertificate: Buffer.from('x') },
      caller: {
        ...CALLER,
        isRoot: true,
        tokenId: 'TOKEN',
        clientToken: 'hvs.ROOT',
        accessor: 'ACCESSOR',
        type: 'batch',
      },
    };
    expect(incomingOf(claims, PEER)).toEqual(incomingOf(REQUEST, PEER));
  });

  it('brings the certificate of the client', () => {
    expect(incomingOf({ ...REQUEST, peerCertificate: CLIENT_CERTIFICATE }, PEER).connection.peerCertificate).toEqual(
      CLIENT_CERTIFICATE,
    );
  });

  it('brings no certificate that TLS would not have taken', async () => {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
    x509.cryptoProvider.set(webcrypto as never);
    const sized = async (bytes: number) => {
      const { rawData } = await x509.X509CertificateGenerator.createSelfSigned({
        name: 'CN=client',
        signingAlgorithm: algorithm,
        keys: (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as never,
        extensions: [new x509.Extension('1.2.3.4', false, Buffer.alloc(bytes))],
      });
      return { ...REQUEST, peerCertificate: Buffer.from(rawData) };
    };
    expect(incomingOf(await sized(99 * 1024), PEER).connection.peerCertificate).toBeDefined();
    const tooLong = await sized(100 * 1024);
    expect(() => incomingOf(tooLong, PEER)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }));
  });

  it('gets an id and may have no caller', () => {
    const { caller: _, id: __, ...anonymous } = REQUEST;
    const incoming = incomingOf(anonymous, PEER);
    expect(incoming.id).toHaveLength(36);
    expect(incoming.forwarded).toEqual(PEER);
  });

  it.each(['secret/a\0b', 'secret/a\nb', `secret/${'a'.repeat(2048)}`])(
    'has a path that every cluster can store (case %#)',
    (path) => {
      expect(() => incomingOf({ ...REQUEST, path }, PEER)).toThrow(
        expect.objectContaining({ code: 'INVALID_REQUEST', status: 400 }),
      );
    },
  );

  it.each([
    [null],
    ['text'],
    [[]],
    [{}],
    [{ ...REQUEST, operation: 'help' }],
    [{ ...REQUEST, operation: 'constructor' }],
    [{ ...REQUEST, operation: ['read'] }],
    [{ ...REQUEST, id: 'x'.repeat(3000) }],
    [{ ...REQUEST, caller: { ...CALLER, policies: ['x'.repeat(3000)] } }],
    [{ ...REQUEST, caller: { ...CALLER, policies: Array(1001).fill('a') } }],
    [{ ...REQUEST, path: 7 }],
    [{ ...REQUEST, id: {} }],
    [{ ...REQUEST, data: null }],
    [{ ...REQUEST, data: [] }],
    [{ ...REQUEST, bytes: 'text' }],
    [{ ...REQUEST, headers: { a: 1 } }],
    [{ ...REQUEST, headers: { a: [1] } }],
    [{ ...REQUEST, remoteAddress: {} }],
    [{ ...REQUEST, remotePort: '1' }],
    [{ ...REQUEST, peerCertificate: 'der' }],
    [{ ...REQUEST, peerCertificate: Buffer.from('no certificate') }],
    [{ ...REQUEST, peerCertificate: Buffer.from(new X509Certificate(CLIENT_CERTIFICATE).toString()) }],
    [{ ...REQUEST, peerCertificate: Buffer.concat([CLIENT_CERTIFICATE, Buffer.from([0])]) }],
    [{ ...REQUEST, requiredStates: 'all' }],
    [{ ...REQUEST, requiredStates: [1] }],
    [{ ...REQUEST, wrapTtlSeconds: '60' }],
    [{ ...REQUEST, wrapTtlSeconds: NaN }],
    [{ ...REQUEST, caller: null }],
    [{ ...REQUEST, caller: { ...CALLER, policies: 'root' } }],
    [{ ...REQUEST, caller: { ...CALLER, policies: [['root']] } }],
    [{ ...REQUEST, caller: { ...CALLER, displayName: undefined } }],
    [{ ...REQUEST, caller: { ...CALLER, metadata: { a: {} } } }],
  ])('is refused when it is none: %j', (sent) => {
    expect(() => incomingOf(sent, PEER)).toThrow(
      expect.objectContaining({ code: 'INVALID_REQUEST', message: expect.stringContaining('not a forwarded request') }),
    );
  });
});
