import { randomBytes } from 'node:crypto';
import { eventually } from '../harness/api';
import { loseAnswer } from '../harness/lost-answer';
import { KAFKA, newTopicPrefix, POSTGRES, STORAGES } from '../harness/services';
import { ServerInProcess } from '../harness/server-in-process';
import { BESIDE, ROLE, SUBSCRIBERS } from './lost-answer/cases';
import type { Remembered } from './lost-answer/case';
import { subscribersInSource } from './lost-answer/subscribers-in-source';

const UNKNOWN = 'whether the change took effect is not known';

const storageOf = (kind: string, folder: string): string =>
  kind === 'sqlite'
    ? `storage "sqlite" { path = "${folder}/tidelock.db" }`
    : `storage "postgresql" { connection_url = "${POSTGRES}" schema = "lost_answer_${randomBytes(4).toString('hex')}" }`;

/** Those who are told by the storage alone must not depend on the service being taken down and up again. */
const silence = ({ store }: ServerInProcess): void => {
  const { listeners } = store.tenure as unknown as { listeners: Set<unknown> };
  // The last one has the right acquired again.
  for (const listener of [...listeners].slice(0, -1)) listeners.delete(listener);
};

const isServed = ({ root }: ServerInProcess): Promise<unknown> =>
  eventually('the service to be there again', async () => (await root.get('auth/token/lookup-self')).status === 200);

it('What is remembered of the store is asserted for every subscriber that the source has', () => {
  expect(SUBSCRIBERS.flatMap(({ by }) => by ?? []).sort()).toEqual(subscribersInSource());
});

describe.each(STORAGES)('a change on %s whose commit took place and whose answer was lost', (storage) => {
  async function start(): Promise<ServerInProcess> {
    const node = await ServerInProcess.start(
      (folder) => `
      ${storageOf(storage, folder)}
      broker "kafka" { brokers = ["${KAFKA}"] topic_prefix = "${newTopicPrefix('lost-answer')}" }
      log_level = "error"
    `,
    );
    await node.root.must('POST', 'sys/mounts/own', { type: 'kv' });
    return node;
  }

  /** The next request after the node has read everything anew, and no earlier one. */
  async function meet(node: ServerInProcess, { before, rows, change, after }: Remembered): Promise<void> {
    const known = (await before?.(node)) ?? '';
    const wasLost = loseAnswer(node.store, rows);
    const answer = await change(node, known);
    expect([wasLost(), answer.status, answer.text]).toEqual([true, 503, expect.stringContaining(UNKNOWN)]);
    await node.store.tenure.held();
    await isServed(node);
    await after(node, known);
  }

  describe('is what everybody is served once the service is there again:', () => {
    let node: ServerInProcess;
    beforeAll(async () => {
      node = await start();
    });
    afterAll(() => node.stop());

    it(ROLE.what, () => meet(node, ROLE));
    it.each([...SUBSCRIBERS, ...BESIDE])('$what', (one) => meet(node, one));
  });

  describe('is what everybody is served who was told nothing but `reloaded`:', () => {
    let node: ServerInProcess;
    beforeAll(async () => {
      node = await start();
      await node.root.must('POST', 'sys/replication/performance/primary/enable', {});
      silence(node);
    });
    afterAll(() => node.stop());

    it.each([...SUBSCRIBERS, ...BESIDE])('$what', (one) => meet(node, one));
  });
});
