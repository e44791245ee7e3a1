import { silentLogger } from '@tidelock/kernel';
import { createAuthority, fingerprintOf, issueCertificate, serverNameOf } from '../cluster-port/certificates';
import { type ClusterCall, ClusterServer } from '../cluster-port/cluster-server';
import { encryptTo } from '../keys/recipient-key';
import type { UnwrapOrder } from '../ports/host';
import type { BrokerSettings } from '@tidelock/stream';
import type { ActivationBundle, BootstrapQuestion, BootstrapSecrets } from './bundle';
import { admissionFrom, type JoinerParts } from './joiner';

export const SET = 'f0f8a3a2-0000-4000-8000-000000000000';
export const SECRETS: BootstrapSecrets = {
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
export const tokenFor = (addr: string, more: object = {}): string =>
  `${part({ alg: 'ES512', typ: 'JWT' })}.${part({ addr, type: 'wrapping', jti: 'hvs.once', ...more })}.c2ln`;

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

export const giveSecrets: ClusterCall = async ({ publicKey }: BootstrapQuestion) => ({
  jwe: await encryptTo(publicKey, SECRETS),
});

/** A primary's cluster port that answers `bootstrap` so, and the bundle that admits to it. */
export async function primary(
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

export const BROKER: BrokerSettings = { brokers: ['own:9092'], topicPrefix: 'mirror' };

/** A cluster that asks, whose primary unwraps the token to this, with a broker that may be asked for trouble. */
export function joinerWith(
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
      listens: async (brokers: readonly string[]) => void tried.push(brokers),
      reach: async (broker: BrokerSettings) => void tried.push(broker),
      read: async (...place: unknown[]) => void tried.push(place),
    },
  } as unknown as JoinerParts & {
    host: Pick<JoinerParts['host'], 'unwrap' | 'lookUp'>;
    probe: { -readonly [K in keyof JoinerParts['probe']]: JoinerParts['probe'][K] };
  };
  return { parts, orders, tried };
}

export const ask = (unwrapped: unknown, token = tokenFor('https://primary:8200')) =>
  admissionFrom(joinerWith(unwrapped).parts, { token });
