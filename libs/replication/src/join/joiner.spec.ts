import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { badRequest, silentLogger, TidelockError } from '@tidelock/kernel';
import type { JWK } from 'jose';
import { createAuthority, fingerprintOf, issueCertificate, serverNameOf } from '../cluster-port/certificates';
import { type ClusterCall, ClusterServer } from '../cluster-port/cluster-server';
import type { ReplicationHost, UnwrapOrder } from '../roles/settings';
import type { ActivationBundle, BootstrapQuestion, BootstrapSecrets } from './bundle';
import { askForAdmission } from './joiner';
import { encryptToJoiner, newJoinerKey } from './joiner-encryption';

const SET = 'f0f8a3a2-0000-4000-8000-000000000000';
const SECRETS: BootstrapSecrets = {
  epoch: 3, epochs: [], rootKey: 'cm9vdA==', keyring: 'a2V5', sealConfig: 'c2VhbA==', streamKeys: ['a@0'], broker: { brokers: ['kafka:9092'], topicPrefix: 'tidelock' },
};
const PRODUCTION = { development: false };
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const tokenFor = (addr: string): string => `${part({ alg: 'ES512', typ: 'JWT' })}.${part({ addr, type: 'wrapping', jti: 'hvs.once' })}.c2ln`;

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const giveSecrets: ClusterCall = async ({ publicKey }: BootstrapQuestion) => ({ jwe: await encryptToJoiner(SECRETS, publicKey as JWK) });

/** A primary's cluster port that answers `bootstrap` so, and the bundle that admits to it. */
async function primary(bootstrap: ClusterCall = giveSecrets, more: Partial<ActivationBundle> = {}): Promise<ActivationBundle> {
  const authority = await createAuthority(SET, Date.now());
  const identity = await issueCertificate(authority, { name: serverNameOf(SET), usage: 'server' }, Date.now());
  const client = await issueCertificate(authority, { name: 'us-east', usage: 'client' }, Date.now());
  const server = new ClusterServer({
    host: '127.0.0.1', port: 0, authority: authority.certificate, identity, calls: { bootstrap }, logger: silentLogger,
    recognise: (fingerprint) => (fingerprint === fingerprintOf(client.certificate) ? 'us-east' : undefined),
  });
  const { port } = await server.listen();
  open.push(() => server.close());
  return {
    set_id: SET, secondary_id: 'us-east', client_certificate: client.certificate, client_private_key: client.privateKey,
    ca_certificate: authority.certificate, primary_cluster_addrs: [`https://127.0.0.1:${port}`], primary_api_addr: 'https://primary:8200', ...more,
  };
}

/** A host whose primary unwraps the token to this. */
function hostWith(unwrapped: unknown) {
  const orders: UnwrapOrder[] = [];
  const host = {
    unwrap: async (order: UnwrapOrder) => {
      orders.push(order);
      return unwrapped;
    },
  } as ReplicationHost;
  return { host, orders };
}

const ask = (unwrapped: unknown, token = tokenFor('https://primary:8200')) => askForAdmission(hostWith(unwrapped).host, { token }, PRODUCTION);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('askForAdmission', () => {
  it('unwraps the token where the token says, and comes back with the set\'s secrets', async () => {
    const bundle = await primary();
    const { host, orders } = hostWith(bundle);
    const token = tokenFor('https://primary:8200');
    expect(await askForAdmission(host, { token, caFile: '/ca.pem' }, PRODUCTION)).toEqual({ bundle, secrets: SECRETS, rotationPrivateKey: expect.objectContaining({ kty: 'EC', d: expect.any(String) as string }) as unknown });
    expect(orders).toEqual([{ address: 'https://primary:8200', token, caFile: '/ca.pem' }]);
  });

  it('unwraps where the operator says, whatever the token says', async () => {
    const { host, orders } = hostWith(await primary());
    await askForAdmission(host, { token: 'hvs.plain', primaryApiAddr: 'https://other:8200' }, PRODUCTION);
    expect(orders).toEqual([{ address: 'https://other:8200', token: 'hvs.plain' }]);
  });

  it('shows the primary a key made for this call, whether it is in development, and who it is at the broker', async () => {
    const questions: BootstrapQuestion[] = [];
    const bundle = await primary(async (question: BootstrapQuestion) => {
      questions.push(question);
      return giveSecrets(question as never, undefined as never);
    });
    const { host } = hostWith(bundle);
    await askForAdmission(host, { token: tokenFor('a') }, { development: true });
    await askForAdmission(host, { token: tokenFor('a') }, { ...PRODUCTION, broker: { principal: 'User:us-east' } });
    expect(questions.map(({ development }) => development)).toEqual([true, false]);
    expect(questions.map(({ broker }) => broker)).toEqual([undefined, { principal: 'User:us-east' }]);
    expect(questions[0]?.publicKey).not.toEqual(questions[1]?.publicKey);
    expect(questions[0]?.publicKey).not.toHaveProperty('d');
    expect(questions[0]?.rotationKey).toMatchObject({ kty: 'EC', crv: 'P-256' });
    expect(questions[0]?.rotationKey).not.toHaveProperty('d');
  });

  it('tries the primary\'s other addresses', async () => {
    const bundle = await primary();
    const nobody = `https://127.0.0.1:${await freePort()}`;
    expect((await ask({ ...bundle, primary_cluster_addrs: [nobody, ...bundle.primary_cluster_addrs] })).secrets).toEqual(SECRETS);
  });

  describe('says what is wrong', () => {
    it('when there is no token', async () => {
      await expect(ask({}, '')).rejects.toMatchObject({ status: 400, errors: ['token must be specified'] });
    });

    it('when the text is no activation token', async () => {
      await expect(ask({}, 'hvs.plain')).rejects.toMatchObject({ status: 400, errors: [expect.stringContaining('error parsing secondary token')] });
    });

    it('when nobody says where the primary is', async () => {
      await expect(ask({}, tokenFor(''))).rejects.toMatchObject({ status: 400, errors: ['primary_api_addr must be specified as the token does not contain an address'] });
    });

    it('when the primary refuses the token', async () => {
      const { host } = hostWith(undefined);
      host.unwrap = async () => { throw badRequest('wrapping token is not valid or does not exist'); };
      await expect(askForAdmission(host, { token: tokenFor('a') }, PRODUCTION)).rejects.toMatchObject({ status: 400, errors: ['wrapping token is not valid or does not exist'] });
    });

    it.each([['something else', { data: 1 }], ['nothing', null], ['half of it', { set_id: SET, primary_cluster_addrs: [] }], ['a text', 'x']])('when the token holds %s', async (_, unwrapped) => {
      await expect(ask(unwrapped)).rejects.toMatchObject({ status: 400, errors: [expect.stringContaining('does not hold a replication activation')] });
    });

    it('when nobody answers on the cluster port, naming the addresses', async () => {
      const address = `https://127.0.0.1:${await freePort()}`;
      await expect(ask(await primary(giveSecrets, { primary_cluster_addrs: [address] }))).rejects.toMatchObject({
        code: 'PRIMARY_UNREACHABLE', status: 502, message: expect.stringContaining(address),
      });
    });

    it.each([['no address', []], ['something that is no address', ['primary:8201', 'not an address']]])('when the bundle has %s', async (_, addresses) => {
      await expect(ask(await primary(giveSecrets, { primary_cluster_addrs: addresses }))).rejects.toMatchObject({ code: 'PRIMARY_UNREACHABLE', status: 502 });
    });

    it('when another cluster answers there', async () => {
      const [ours, theirs] = [await primary(), await primary()];
      await expect(ask({ ...ours, primary_cluster_addrs: theirs.primary_cluster_addrs })).rejects.toMatchObject({
        code: 'PRIMARY_UNREACHABLE', message: expect.stringContaining(String(theirs.primary_cluster_addrs[0])),
      });
    });

    it('when the bundle\'s certificate is garbage', async () => {
      await expect(ask(await primary(giveSecrets, { client_certificate: 'x', client_private_key: 'y' }))).rejects.toMatchObject({ code: 'PRIMARY_UNREACHABLE', status: 502 });
    });

    it('when the primary says what to change, in its words', async () => {
      const bundle = await primary(async () => { throw badRequest('the brokers want credentials'); });
      await expect(ask(bundle)).rejects.toMatchObject({ status: 400, errors: ['the brokers want credentials'] });
    });

    it.each<[string, ClusterCall]>([
      ['refuses', async () => { throw new TidelockError('PERMISSION_DENIED'); }],
      ['fails', async () => { throw new Error('secret detail'); }],
      ['answers something else', async () => ({})],
      ['encrypts to another key', async () => ({ jwe: await encryptToJoiner(SECRETS, (await newJoinerKey()).publicKey) })],
    ])('when the primary %s, naming its address and no secret', async (_, bootstrap) => {
      const bundle = await primary(bootstrap);
      const error = await ask(bundle).catch((thrown: unknown) => thrown as TidelockError);
      expect(error).toMatchObject({ code: 'PRIMARY_UNREACHABLE', status: 502 });
      const { message } = error as TidelockError;
      expect(message).toContain(`refused to hand out the set's keys at ${bundle.primary_cluster_addrs[0]}`);
      for (const secret of ['secret detail', 'hvs.once', 'PRIVATE KEY', SECRETS.rootKey]) expect(message).not.toContain(secret);
    });
  });
});
