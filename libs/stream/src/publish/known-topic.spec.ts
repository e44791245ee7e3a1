import { UNREADABLE } from '../adapters/memory/memory-broker';
import { newSigner } from '../specs/signing.testing';
import { searchedTopic, TOPIC } from './succession.testing';

describe('findSuccession', () => {
  const { broker, member, own, other, refused, empty, message, look, find, by } = searchedTopic();
  beforeEach(empty);

  describe('that has looked at all', () => {
    it('reads what is new behind it, and no more', async () => {
      broker.append(TOPIC, [
        message('epoch-started', 1, own),
        message('fence', 1, newSigner(2)),
        message('mutation', 2, own),
      ]);
      const { known } = await look({ whole: true, started: false });
      expect(known).toMatchObject({ offset: '2', started: true });
      expect(refused.splice(0)).toEqual(['1']);
      expect(await look({ whole: true, known })).toEqual({ known });
      broker.append(TOPIC, [message('fence', 2, newSigner(2)), UNREADABLE]);
      const { known: more } = await look({ whole: true, started: false, known });
      expect(more).toMatchObject({ offset: '4', started: true });
      expect(refused).toEqual(['3', '4 unreadable']);
      broker.append(TOPIC, [message('epoch-started', 3)]);
      expect(await find({ whole: true, known: more })).toEqual({ epoch: 2, after: 2, by });
    });

    it('remembers that its own epoch was the first, and that it was not there', async () => {
      const second = newSigner(2, member);
      const mine = {
        epoch: 2,
        reignKey: other.reignKey,
        memberKey: other.memberKey,
        started: false,
        whole: true,
      } as const;
      broker.append(TOPIC, [message('mutation', 1, own)]);
      const { known: before } = await look(mine);
      broker.append(TOPIC, [message('epoch-started', 5)]);
      const { known: after } = await look({ ...mine, known: before });
      broker.append(TOPIC, [message('epoch-started', 5, second)]);
      expect(await find({ ...mine, known: after })).toBeUndefined();
      expect(await find({ ...mine, reignKey: second.reignKey, known: before })).toEqual({ epoch: 2, after: 4, by });
    });

    it('reads all again in a topic that was made anew, or ends before', async () => {
      broker.append(TOPIC, [message('mutation', 1, own), message('mutation', 2, own)]);
      const { known } = await look({ whole: true });
      broker.topics.clear();
      broker.append(TOPIC, [message('epoch-started', 1)]);
      expect(await find({ whole: true, known })).toEqual({ epoch: 2, after: 0, by });
      broker.append(TOPIC, [message('mutation', 2), message('mutation', 3)]);
      expect(await find({ whole: true, known })).toEqual({ epoch: 2, after: 0, by });
    });

    it('takes what it read for nothing known where it found a successor, or did not look at all', async () => {
      broker.append(TOPIC, [message('mutation', 1, own), message('fence', 1)]);
      expect(await look({ whole: true })).toEqual({ succession: { epoch: 2, after: undefined, by } });
      expect(await look({ offset: '1' })).toEqual({});
    });
  });
});
