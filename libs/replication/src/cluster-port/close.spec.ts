import { once } from 'node:events';
import { connect } from 'node:net';
import { silentLogger } from '@tidelock/kernel';
import { createAuthority, issueCertificate, serverNameOf } from './certificates';
import { ClusterServer } from './cluster-server';

describe('Closing the cluster port', () => {
  it('waits for nobody who has not finished the handshake', async () => {
    const authority = await createAuthority('set-1', Date.now());
    const identity = await issueCertificate(authority, { name: serverNameOf('set-1'), usage: 'server' }, Date.now());
    const server = new ClusterServer({
      host: '127.0.0.1',
      port: 0,
      authority: authority.certificate,
      identity,
      recognise: () => undefined,
      calls: new Map(),
      logger: silentLogger,
    });
    const { port } = await server.listen();
    const silent = connect(port, '127.0.0.1');
    await once(silent, 'connect');
    const gone = once(silent, 'close');
    await server.close();
    await gone;
  }, 10_000);
});
