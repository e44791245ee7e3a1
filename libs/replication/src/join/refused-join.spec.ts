import { freePorts } from '@tidelock/dev-kafka';
import { badRequest, TidelockError } from '@tidelock/kernel';
import { type ClusterCall, REVOKED } from '../cluster-port/cluster-server';
import { admissionFrom, inspectActivation } from './joiner';
import { encryptTo, newRecipientKeyPair } from '../keys/recipient-key';
import { ask, BROKER, giveSecrets, joinerWith, primary, SECRETS, SET, tokenFor } from './joiner.testing';

describe('admissionFrom', () => {
  describe('says what is wrong', () => {
    const away = async () => {
      throw new Error('connection refused');
    };
    const stopped = (place: string, words: RegExp) => ({
      code: 'INVALID_REQUEST',
      status: 400,
      message: expect.stringMatching(
        new RegExp(
          `connection refused; activation stopped at step ${place}, nothing was changed here: .*${words.source}`,
        ),
      ),
    });
    const GOOD = /the token was not used, and is good until it expires$/;
    const AGAIN = /the token can be used again until it expires$/;
    const USED =
      /the token is used up: revoke "us-east" at the primary \(primary\/revoke-secondary\) and make a new one$/;

    it.each([
      ['its own broker is away', { broker: BROKER }, '"broker" \\(tried own:9092\\)'],
      ['nobody listens where the activation names a broker', {}, '"broker" \\(tried kafka:9092, kafka-2:9092\\)'],
    ])('when %s, before the token is used up', async (_, more, place) => {
      const { parts, orders } = joinerWith(await primary(), more);
      parts.probe.reach = parts.probe.listens = away;
      const order = { token: tokenFor('a', { brokers: ['kafka:9092', 'kafka-2:9092'] }) };
      await expect(admissionFrom(parts, order)).rejects.toMatchObject(stopped(place, GOOD));
      await expect(inspectActivation(parts, order)).rejects.toMatchObject(stopped(place, GOOD));
      expect(orders).toEqual([]);
    });

    it('when the broker that the activation carries is away, that the token is used up', async () => {
      const { parts } = joinerWith(await primary());
      parts.probe.reach = away;
      await expect(admissionFrom(parts, { token: tokenFor('a') })).rejects.toMatchObject(
        stopped('"broker" \\(tried kafka:9092\\)', USED),
      );
    });

    it('when the broker of an encrypted activation is away, that it can be tried again', async () => {
      const { publicKey, privateKey } = await newRecipientKeyPair();
      const { parts } = joinerWith(undefined);
      Object.assign(parts, {
        store: { local: { row: async () => ({ value: Buffer.from(JSON.stringify(privateKey)) }) } },
      });
      parts.probe.reach = away;
      const bundle = await primary(giveSecrets, { brokers: ['kafka-1:9092'] });
      const token = await encryptTo(publicKey, bundle);
      await expect(admissionFrom(parts, { token })).rejects.toMatchObject(
        stopped('"broker" \\(tried kafka:9092\\)', AGAIN),
      );
      parts.probe.listens = away;
      await expect(inspectActivation(parts, { token })).rejects.toMatchObject(
        stopped('"broker" \\(tried kafka-1:9092\\)', GOOD),
      );
    });

    it('when the topic cannot be read', async () => {
      const { parts } = joinerWith(await primary());
      parts.probe.read = away;
      await expect(admissionFrom(parts, { token: tokenFor('a') })).rejects.toMatchObject({
        ...stopped('"topic" \\(tried kafka:9092\\)', USED),
        errors: [expect.stringContaining(`tidelock.${SET}.stream cannot be read: connection refused`)],
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

    it('when its id was revoked meanwhile, and needs another token', async () => {
      const bundle = await primary(async () => {
        throw new TidelockError('PRIMARY_UNREACHABLE', { text: REVOKED });
      });
      await expect(ask(bundle)).rejects.toMatchObject({
        status: 400,
        message: expect.stringMatching(
          /its id was revoked there.*nothing was changed here: make a new token at the primary$/,
        ),
      });
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
        code: 'INVALID_REQUEST',
        status: 400,
        message: expect.stringContaining(address),
      });
    });

    it.each([
      ['no address', []],
      ['something that is no address', ['primary:8201', 'not an address']],
    ])('when the bundle has %s', async (_, addresses) => {
      await expect(ask(await primary(giveSecrets, { primary_cluster_addrs: addresses }))).rejects.toMatchObject({
        code: 'INVALID_REQUEST',
        status: 400,
      });
    });

    it('when another cluster answers there', async () => {
      const [ours, theirs] = [await primary(), await primary()];
      await expect(ask({ ...ours, primary_cluster_addrs: theirs.primary_cluster_addrs })).rejects.toMatchObject({
        code: 'INVALID_REQUEST',
        message: expect.stringContaining(String(theirs.primary_cluster_addrs[0])),
      });
    });

    it("when the bundle's certificate is garbage", async () => {
      await expect(
        ask(await primary(giveSecrets, { client_certificate: 'x', client_private_key: 'y' })),
      ).rejects.toMatchObject({ code: 'INVALID_REQUEST', status: 400 });
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
        async () => ({ jwe: await encryptTo((await newRecipientKeyPair()).publicKey, SECRETS) }),
      ],
    ])('when the primary %s, naming its address and no secret', async (_, bootstrap) => {
      const bundle = await primary(bootstrap);
      const error = await ask(bundle).catch((thrown: unknown) => thrown as TidelockError);
      expect(error).toMatchObject({ code: 'INVALID_REQUEST', status: 400 });
      const { message } = error as TidelockError;
      expect(message).toContain(`refused to hand out the set's keys`);
      expect(message).toContain(`step "cluster address" (tried ${bundle.primary_cluster_addrs[0]})`);
      for (const secret of ['secret detail', 'hvs.once', 'PRIVATE KEY', SECRETS.rootKey])
        expect(message).not.toContain(secret);
    });
  });
});
