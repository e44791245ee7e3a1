import { randomBytes } from 'node:crypto';
import { ApiClient } from '@tidelock/client';
import { obtainKafka } from '@tidelock/dev-kafka';
import { reasonOf, silentLogger } from '@tidelock/kernel';
import { DevServer, freePorts } from './processes';
import { activate, measureDelay, prepareUsers, untilHealthy } from './tutorial';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Everything that was started, to be stopped in reverse. */
const started: { stop(): Promise<void> }[] = [];

/** `npm start`: Kafka, a primary and a secondary in development mode, replication between them, and a write that crosses over. */
async function main(argv: readonly string[]): Promise<void> {
  const brokers = await broker();
  const [primaryPort, primaryCluster, secondaryPort, secondaryCluster] = await portsOf(argv);
  const rootToken = `root-${randomBytes(9).toString('base64url')}`;
  const server = (name: string, port: number, cluster: number): DevServer => {
    const one = new DevServer(name, `http://127.0.0.1:${port}`, `127.0.0.1:${cluster}`, name === 'primary' ? rootToken : `${rootToken}-old`, brokers);
    started.push(one);
    return one;
  };
  const primary = server('primary', primaryPort, primaryCluster);
  const secondary = server('secondary', secondaryPort, secondaryCluster);
  await Promise.all([untilHealthy(primary), untilHealthy(secondary)]);
  say(`primary    ${primary.address}/v1/   root token ${rootToken}`);
  say(`secondary  ${secondary.address}/v1/`);
  const root = new ApiClient({ address: primary.address, token: rootToken });
  await prepareUsers(root);
  say('primary: policy "superuser", auth method "userpass" and user tester/changeme are there');
  await activate(root, new ApiClient({ address: secondary.address, token: `${rootToken}-old` }), secondary);
  say('performance replication is active; the secondary streams');
  const anonymous = new ApiClient({ address: secondary.address });
  const login = (await anonymous.write('auth/userpass/login/tester', { password: 'changeme' })).body as { auth: { client_token: string } };
  say(`secondary: tester logged in, token ${login.auth.client_token}`);
  const delay = await measureDelay(root, new ApiClient({ address: secondary.address, token: login.auth.client_token }));
  say(`a write on the primary was visible on the secondary after ${delay.toFixed(1)} ms`);
  say(`\nprimary    export VAULT_ADDR=${primary.address} VAULT_TOKEN=${rootToken}`);
  say(`secondary  export VAULT_ADDR=${secondary.address} VAULT_TOKEN=${login.auth.client_token}   (the primary's development token works, too)`);
}

async function broker(): Promise<string> {
  const kafka = await obtainKafka({ logger: { ...silentLogger, info: say } });
  started.push(kafka);
  say(`Kafka      ${kafka.brokers}`);
  return kafka.brokers;
}

async function portsOf(argv: readonly string[]): Promise<[number, number, number, number]> {
  const free = await freePorts(4);
  const given = (name: string): number | undefined => {
    const value = argv.find((argument) => argument.startsWith(`--${name}=`))?.split('=')[1];
    return value === undefined ? undefined : Number(value);
  };
  return [given('primary-port') ?? free[0], free[1], given('secondary-port') ?? free[2], free[3]] as [number, number, number, number];
}

async function stopAll(): Promise<void> {
  for (const one of started.splice(0).reverse()) await one.stop().catch(() => undefined);
}

const argv = process.argv.slice(2);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stopAll().then(() => process.exit(0)));
main(argv).then(
  async () => {
    if (!argv.includes('--once')) return say('\nPress Ctrl-C to stop everything.');
    await stopAll();
    process.exit(0);
  },
  async (error: unknown) => {
    process.stderr.write(`npm start failed: ${reasonOf(error)}\n`);
    await stopAll();
    process.exit(1);
  },
);
