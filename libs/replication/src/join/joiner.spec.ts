import { freePorts } from '@tidelock/dev-kafka';
import { badRequest, silentLogger, TidelockError } from '@tidelock/kernel';
import type { JWK } from 'jose';
import { createAuthority, fingerprintOf, issueCertificate, serverNameOf } from '../cluster-port/certificates';
import { type ClusterCall, ClusterServer } from '../cluster-port/cluster-server';
import { encryptTo, newRecipientKeyPair } from '../keys/recipient-key';
import { requireOwnKey } from '../members/member';
import { publicKeyOf } from '../members/own-member';
import type { UnwrapOrder } from '../roles/settings';
import type { BrokerSettings } from '../ports/stream';
import type { ActivationBundle, BootstrapQuestion, BootstrapSecrets } from './bundle';
import { admissionFrom, inspectActivation, type JoinerParts } from './joiner';
import { encryptToJoiner, newJoinerKey } from './joiner-encryption';

const SET = 'f0f8a3a2-0000-4000-8000-000000000000';
const SECRETS: BootstrapSecrets = {
  epoch: 3,
  reignKey: 'cmVpZ24=',
  epochs: [],
  rootKey: 'cm9vdA==',
  keyring: 'a2V5',
  sealConfig: 'c2VhbA==',
  stream: 'full',
  streamKeys: ['a@0'],
  broker: { brokers: ['kafka:9092'], topicPrefix: 'tidelock' },
};
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const tokenFor = (addr: string): string =>
  `${part({ alg: 'ES512', typ: 'JWT' })}.${part({ addr, type: 'wrapping', jti: 'hvs.once' })}.c2ln`;

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const giveSecrets: ClusterCall = async ({ publicKey }: BootstrapQuestion) => ({
  jwe: await encryptToJoiner(SECRETS, publicKey as JWK),
});

/** A primary's cluster port that answers `bootstrap` so, and the bundle that admits to it. */
async function primary(
  bootstrap: ClusterCall = giveSecrets,
  more: Partial<ActivationBundle> = {},
): Promise<ActivationBundle> {
  const authority = await createAuthority(SET, Date.now());
  const identity = await issueCertificate(authority, { name: serverNameOf(SET), usage: 'server' }, Date.now());
  const client = await issueCertificate(authority, { name: 'us-east', usage: 'client' }, Date.now());
  const server = new ClusterServer({
    host: '127.0.0.1',
    port: 0,
    authority: authority.certificate,
    identity,
    calls: new Map([['bootstrap', bootstrap]]),
    logger: silentLogger,
    recognise: (fingerprint) => (fingerprint === fingerprintOf(client.certificate) ? 'us-east' : undefined),
  });
  const { port } = await server.listen();
  open.push(() => server.close());
  return {
    set_id: SET,
    secondary_id: 'us-east',
    client_certificate: client.certificate,
    client_private_key: client.privateKey,
    ca_certificate: authority.certificate,
    primary_cluster_addrs: [`https://127.0.0.1:${port}`],
    primary_api_addr: 'https://primary:8200',
    expires_at: Date.now() + 60_000,
    ...more,
  };
}

const BROKER: BrokerSettings = { brokers: ['own:9092'], topicPrefix: 'mirror' };

/** A cluster that asks, whose primary unwraps the token to this, with a broker that may be asked for trouble. */
function joinerWith(
  unwrapped: unknown,
  more: { readonly development?: boolean; readonly broker?: BrokerSettings } = {},
) {
  const orders: UnwrapOrder[] = [];
  const tried: unknown[] = [];
  const parts = {
    host: {
      lookUp: async () => 'sys/replication/performance/primary/secondary-token',
      unwrap: async (order: UnwrapOrder) => {
        orders.push(order);
        return unwrapped;
      },
    },
    settings: { development: false, ...more },
    clock: { now: () => Date.now() },
    store: { local: { row: async () => undefined } },
    access: { principalOf: () => 'User:us-east' },
    probe: {
      reach: async (broker: BrokerSettings) => void tried.push(broker),
      read: async (...place: unknown[]) => void tried.push(place),
    },
  } as unknown as JoinerParts & {
    host: Pick<JoinerParts['host'], 'unwrap' | 'lookUp'>;
    probe: { reach: JoinerParts['probe']['reach']; read: JoinerParts['probe']['read'] };
  };
  return { parts, orders, tried };
}

const ask = (unwrapped: unknown, token = tokenFor('https://primary:8200')) =>
  admissionFrom(joinerWith(unwrapped).parts, { token });

describe('admissionFrom', () => {
  it("unwraps the token where the token says, and comes back with the set's secrets", async () => {
    const bundle = await primary();
    const { parts, orders } = joinerWith(bundle);
    const token = tokenFor('https://primary:8200');
    expect(await admissionFrom(parts, { token, caFile: '/ca.pem' })).toEqual({
      bundle,
      secrets: SECRETS,
      rotationPrivateKey: expect.objectContaining({ kty: 'EC', d: expect.any(String) as string }) as unknown,
      member: { id: 'us-east', key: expect.any(String) as string },
    });
    expect(orders).toEqual([{ address: 'https://primary:8200', token, caFile: '/ca.pem' }]);
  });

  it('takes a token that was made under the old name of its path', async () => {
    const { parts } = joinerWith(await primary());
    parts.host.lookUp = async () => 'sys/replication/primary/secondary-token';
    expect(await inspectActivation(parts, { token: tokenFor('https://primary:8200') })).toEqual({
      primary: 'https://primary:8200',
    });
    expect((await admissionFrom(parts, { token: tokenFor('a') })).secrets).toEqual(SECRETS);
  });

  it('unwraps where the operator says, whatever the token says', async () => {
    const { parts, orders } = joinerWith(await primary());
    await admissionFrom(parts, { token: 'hvs.plain', primaryApiAddr: 'https://other:8200' });
    expect(orders).toEqual([{ address: 'https://other:8200', token: 'hvs.plain' }]);
  });

  it('shows the primary a key made for this call, whether it is in development, and who it is at the broker', async () => {
    const questions: BootstrapQuestion[] = [];
    const bundle = await primary(async (question: BootstrapQuestion) => {
      questions.push(question);
      return giveSecrets(question as never, undefined as never);
    });
    await admissionFrom(joinerWith(bundle, { development: true }).parts, { token: tokenFor('a') });
    await admissionFrom(joinerWith(bundle, { broker: BROKER }).parts, { token: tokenFor('a') });
    expect(questions.map(({ development }) => development)).toEqual([true, false]);
    expect(questions.map(({ broker }) => broker)).toEqual([undefined, { principal: 'User:us-east' }]);
    expect(questions[0]?.publicKey).not.toEqual(questions[1]?.publicKey);
    expect(questions[0]?.publicKey).not.toHaveProperty('d');
    expect(questions[0]?.rotationKey).toMatchObject({ kty: 'EC', crv: 'P-256' });
    expect(questions[0]?.rotationKey).not.toHaveProperty('d');
  });

  it('registers a key to sign with, which is its own, and the same again when it stays in its set', async () => {
    const questions: BootstrapQuestion[] = [];
    const bundle = await primary(async (question: BootstrapQuestion) => {
      questions.push(question);
      return giveSecrets(question as never, undefined as never);
    });
    const { parts } = joinerWith(bundle);
    const { member } = await admissionFrom(parts, { token: tokenFor('a') });
    const rows: Record<string, unknown> = {
      replication: { setId: SET },
      'replication/credentials': { member: { id: 'former', key: member.key } },
    };
    const local = { row: async (_: string, key: string) => ({ value: Buffer.from(JSON.stringify(rows[key])) }) };
    expect((await admissionFrom({ ...parts, store: { local } } as never, { token: tokenFor('a') })).member).toEqual(
      member,
    );
    rows['replication'] = { setId: 'another' };
    expect(
      (await admissionFrom({ ...parts, store: { local } } as never, { token: tokenFor('a') })).member.key,
    ).not.toBe(member.key);
    const admitted = { id: 'us-east', authority: bundle.ca_certificate };
    const [first, second, third] = questions.map((question) => requireOwnKey(question, SET, admitted));
    expect(first).toBe(publicKeyOf(member.key));
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it('registers the key that an encrypted activation was encrypted to, each time that it is tried', async () => {
    const questions: BootstrapQuestion[] = [];
    const bundle = await primary(async (question: BootstrapQuestion) => {
      questions.push(question);
      return giveSecrets(question as never, undefined as never);
    });
    const { publicKey, privateKey } = await newRecipientKeyPair();
    const { parts } = joinerWith(undefined);
    Object.assign(parts, {
      store: { local: { row: async () => ({ value: Buffer.from(JSON.stringify(privateKey)) }) } },
    });
    const token = await encryptTo(publicKey, bundle);
    const admissions = [await admissionFrom(parts, { token }), await admissionFrom(parts, { token })];
    expect(questions.map(({ rotationKey }) => rotationKey)).toEqual([publicKey, publicKey]);
    expect(admissions.map(({ rotationPrivateKey }) => rotationPrivateKey)).toEqual([privateKey, privateKey]);
  });

  it("tries the primary's other addresses", async () => {
    const bundle = await primary();
    const nobody = `https://127.0.0.1:${(await freePorts(1))[0]}`;
    expect(
      (await ask({ ...bundle, primary_cluster_addrs: [nobody, ...bundle.primary_cluster_addrs] })).secrets,
    ).toEqual(SECRETS);
  });

  it("tries the broker and the topic that it would follow: its own broker, the primary's topic", async () => {
    const bundle = await primary();
    const topic = [`tidelock.${SET}.stream`, `tidelock.${SET}.us-east`];
    const carried = joinerWith(bundle);
    await admissionFrom(carried.parts, { token: tokenFor('a') });
    expect(carried.tried).toEqual([SECRETS.broker, [SECRETS.broker, ...topic]]);
    const own = joinerWith(bundle, { broker: BROKER });
    await admissionFrom(own.parts, { token: tokenFor('a') });
    expect(own.tried).toEqual([BROKER, BROKER, [BROKER, ...topic]]);
  });

  describe('says what is wrong', () => {
    it('when its own broker is away, before the token is used up', async () => {
      const { parts, orders } = joinerWith(await primary(), { broker: BROKER });
      parts.probe.reach = async () => {
        throw new Error('connection refused');
      };
      await expect(admissionFrom(parts, { token: tokenFor('a') })).rejects.toMatchObject({
        code: 'BROKER_UNREACHABLE',
        status: 502,
        message: expect.stringMatching(
          /connection refused; activation stopped at step "broker" \(tried own:9092\), nothing was changed here: check the broker "kafka" stanza/,
        ),
      });
      expect(orders).toEqual([]);
    });

    it('when the broker that the activation carries is away', async () => {
      const { parts } = joinerWith(await primary());
      parts.probe.reach = async () => {
        throw new Error('connection refused');
      };
      await expect(admissionFrom(parts, { token: tokenFor('a') })).rejects.toMatchObject({
        status: 502,
        message: expect.stringMatching(/"broker" \(tried kafka:9092\).*add a broker "kafka" stanza/),
      });
    });

    it('when the topic cannot be read', async () => {
      const { parts } = joinerWith(await primary());
      parts.probe.read = async () => {
        throw new Error('no such topic');
      };
      await expect(admissionFrom(parts, { token: tokenFor('a') })).rejects.toMatchObject({
        code: 'BROKER_UNREACHABLE',
        message: expect.stringMatching(
          new RegExp(
            `tidelock.${SET}.stream cannot be read: no such topic.*"topic" \\(tried kafka:9092\\).*revoke "us-east"`,
          ),
        ),
      });
    });

    it('when the primary says that the activation has expired', async () => {
      await expect(
        ask(
          await primary(async () => {
            throw badRequest('has expired');
          }),
        ),
      ).rejects.toMatchObject({ status: 400, errors: ['has expired'] });
    });

    it('when there is no token', async () => {
      await expect(ask({}, '')).rejects.toMatchObject({ status: 400, errors: ['token must be specified'] });
    });

    it('when the text is no activation token', async () => {
      await expect(ask({}, 'hvs.plain')).rejects.toMatchObject({
        status: 400,
        errors: [expect.stringContaining('error parsing secondary token')],
      });
    });

    it('when nobody says where the primary is', async () => {
      await expect(ask({}, tokenFor(''))).rejects.toMatchObject({
        status: 400,
        errors: ['primary_api_addr must be specified as the token does not contain an address'],
      });
    });

    it('when the primary refuses the token', async () => {
      const { parts } = joinerWith(undefined);
      parts.host.unwrap = async () => {
        throw badRequest('wrapping token is not valid or does not exist');
      };
      await expect(admissionFrom(parts, { token: tokenFor('a') })).rejects.toMatchObject({
        status: 400,
        errors: ['wrapping token is not valid or does not exist'],
      });
    });

    it.each([
      ['something else', { data: 1 }],
      ['nothing', null],
      ['half of it', { set_id: SET, primary_cluster_addrs: [] }],
      ['a text', 'x'],
    ])('when the token holds %s', async (_, unwrapped) => {
      await expect(ask(unwrapped)).rejects.toMatchObject({
        status: 400,
        errors: [expect.stringContaining('does not hold a replication activation')],
      });
    });

    it.each(['sys/wrapping/wrap', 'kv/sys/replication/performance/primary/secondary-token', 'x'.repeat(5000), ''])(
      'when the primary has wrapped what somebody sent to %.50s, without using it up',
      async (path) => {
        const { parts, orders } = joinerWith(await primary());
        parts.host.lookUp = async () => path;
        const refused = {
          status: 400,
          message: expect.stringContaining(
            `the primary made it for ${JSON.stringify(path.slice(0, 128))}, and not for primary/secondary-token`,
          ),
        };
        await expect(admissionFrom(parts, { token: tokenFor('a') })).rejects.toMatchObject(refused);
        await expect(inspectActivation(parts, { token: tokenFor('a') })).rejects.toMatchObject(refused);
        expect(orders).toEqual([]);
      },
    );

    it('when nobody answers on the cluster port, naming the addresses', async () => {
      const address = `https://127.0.0.1:${(await freePorts(1))[0]}`;
      await expect(ask(await primary(giveSecrets, { primary_cluster_addrs: [address] }))).rejects.toMatchObject({
        code: 'PRIMARY_UNREACHABLE',
        status: 502,
        message: expect.stringContaining(address),
      });
    });

    it.each([
      ['no address', []],
      ['something that is no address', ['primary:8201', 'not an address']],
    ])('when the bundle has %s', async (_, addresses) => {
      await expect(ask(await primary(giveSecrets, { primary_cluster_addrs: addresses }))).rejects.toMatchObject({
        code: 'PRIMARY_UNREACHABLE',
        status: 502,
      });
    });

    it('when another cluster answers there', async () => {
      const [ours, theirs] = [await primary(), await primary()];
      await expect(ask({ ...ours, primary_cluster_addrs: theirs.primary_cluster_addrs })).rejects.toMatchObject({
        code: 'PRIMARY_UNREACHABLE',
        message: expect.stringContaining(String(theirs.primary_cluster_addrs[0])),
      });
    });

    it("when the bundle's certificate is garbage", async () => {
      await expect(
        ask(await primary(giveSecrets, { client_certificate: 'x', client_private_key: 'y' })),
      ).rejects.toMatchObject({ code: 'PRIMARY_UNREACHABLE', status: 502 });
    });

    it('when the primary says what to change, in its words', async () => {
      const bundle = await primary(async () => {
        throw badRequest('the brokers want credentials');
      });
      await expect(ask(bundle)).rejects.toMatchObject({ status: 400, errors: ['the brokers want credentials'] });
    });

    it.each<[string, ClusterCall]>([
      [
        'refuses',
        async () => {
          throw new TidelockError('PERMISSION_DENIED');
        },
      ],
      [
        'fails',
        async () => {
          throw new Error('secret detail');
        },
      ],
      ['answers something else', async () => ({})],
      [
        'encrypts to another key',
        async () => ({ jwe: await encryptToJoiner(SECRETS, (await newJoinerKey()).publicKey) }),
      ],
    ])('when the primary %s, naming its address and no secret', async (_, bootstrap) => {
      const bundle = await primary(bootstrap);
      const error = await ask(bundle).catch((thrown: unknown) => thrown as TidelockError);
      expect(error).toMatchObject({ code: 'PRIMARY_UNREACHABLE', status: 502 });
      const { message } = error as TidelockError;
      expect(message).toContain(`refused to hand out the set's keys`);
      expect(message).toContain(`step "cluster address" (tried ${bundle.primary_cluster_addrs[0]})`);
      for (const secret of ['secret detail', 'hvs.once', 'PRIVATE KEY', SECRETS.rootKey])
        expect(message).not.toContain(secret);
    });
  });
});
