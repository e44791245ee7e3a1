import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { anyAnswers, brokerAnswers, hasController } from './broker-probe';
import { newClusterId } from './kafka-node';
import { freePorts } from './ports';
import { serverProperties } from './server-properties';
import { obtainKafka } from './start-kafka';

/** brokers, controller id, topics: a Metadata answer of version 1. */
function metadata(brokers: number, controller: number): Buffer {
  const one = Buffer.concat([Buffer.from([0, 0, 0, 1, 0, 1, 0x68, 0, 0, 0x23, 0x84]), Buffer.from([0xff, 0xff])]);
  const body = Buffer.concat([
    int32(brokers),
    ...Array.from({ length: brokers }, () => one),
    int32(controller),
    int32(0),
  ]);
  return Buffer.concat([int32(body.length + 4), int32(1), body]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

describe('asking a broker whether it serves', () => {
  let server: Server | undefined;
  afterEach(() => void server?.close());

  async function answering(answer: Buffer | undefined): Promise<number> {
    server = createServer((socket) =>
      socket.on('data', () =>
        answer ? void (socket.write(answer.subarray(0, 7)), socket.end(answer.subarray(7))) : socket.destroy(),
      ),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as { port: number }).port;
  }

  it('believes one that names a controller, in however many packets', async () => {
    expect(await brokerAnswers(await answering(metadata(1, 1)))).toBe(true);
  });

  it('does not believe one that knows no broker or no controller yet', async () => {
    expect(await brokerAnswers(await answering(metadata(0, 1)))).toBe(false);
    expect(hasController(metadata(1, -1).subarray(8))).toBe(false);
  });

  it('does not believe a port that hangs up, or that is closed', async () => {
    expect(await brokerAnswers(await answering(undefined))).toBe(false);
    expect(await brokerAnswers((await freePorts(1))[0] as number)).toBe(false);
  });

  it('is content with one of several brokers', async () => {
    const [closed] = await freePorts(1);
    const port = await answering(metadata(1, 1));
    expect(await anyAnswers(`127.0.0.1:${closed}, localhost:${port}`)).toBe(true);
    expect(await anyAnswers(`127.0.0.1:${closed},nonsense`)).toBe(false);
  });

  it('takes a broker that is already there before all else, and leaves it running', async () => {
    const brokers = `127.0.0.1:${await answering(metadata(1, 1))}`;
    const kafka = await obtainKafka({ env: { TIDELOCK_KAFKA_BROKERS: brokers, KAFKA_HOME: '/nowhere', PATH: '' } });
    await kafka.stop();
    expect(kafka.brokers).toBe(brokers);
    expect(await anyAnswers(brokers)).toBe(true);
  });

  it('says that nobody answers there', async () => {
    const brokers = `127.0.0.1:${(await freePorts(1))[0]}`;
    await expect(obtainKafka({ env: { TIDELOCK_KAFKA_BROKERS: brokers } })).rejects.toThrow(
      `TIDELOCK_KAFKA_BROKERS is ${brokers}, but no broker answers there.`,
    );
  });

  it('takes a cut answer for none', () => {
    expect(hasController(metadata(1, 1).subarray(8, 14))).toBe(false);
  });
});

describe('the settings of the node', () => {
  it('listen on the loopback address only, and can be replaced', () => {
    const text = serverProperties({
      port: 9,
      controllerPort: 10,
      dataDir: '/d',
      properties: { 'message.max.bytes': '7', 'auto.create.topics.enable': 'true' },
    });
    expect(text).toContain('listeners=PLAINTEXT://127.0.0.1:9,CONTROLLER://127.0.0.1:10\n');
    expect(text).toContain('message.max.bytes=7\n');
    expect(text.match(/auto\.create\.topics\.enable=.*/g)).toEqual(['auto.create.topics.enable=true']);
  });
});

describe('the id of a new Kafka cluster', () => {
  it('never begins like an option', () => {
    expect(newClusterId(Buffer.alloc(16, 0xf9))).not.toMatch(/^-/);
    expect(newClusterId(Buffer.alloc(16, 1))).toHaveLength(22);
  });
});
