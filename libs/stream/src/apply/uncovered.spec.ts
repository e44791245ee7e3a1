import { openMessage } from '../domain/envelope';
import { Script, SET } from '../specs/script.testing';
import { Uncovered } from './uncovered';

describe('What is held back', () => {
  it('keeps nothing of the buffer that it was fetched in', () => {
    const script = new Script();
    const fetched = Buffer.concat([script.send('epoch-started', Buffer.alloc(0)).value]);
    const { header, body, digest, trailer } = openMessage(fetched, SET, (id, index) => script.keys.opening(id, index));
    const { introduction, signature } = trailer;
    const kept = [
      header.prevDigest,
      body,
      digest,
      signature,
      introduction?.reignKey,
      introduction?.memberKey,
      introduction?.signature,
    ] as Buffer[];
    const copies = kept.map((bytes) => Buffer.from(bytes));
    fetched.fill(0);
    expect(kept).toEqual(copies);
  });

  it('is bounded in bytes, where bodies are of half as many', () => {
    const script = new Script();
    const uncovered = new Uncovered();
    const dropped = Array.from({ length: 1000 }, () => script.send('mutation', Buffer.alloc(1100))).flatMap(
      ({ value, offset }) =>
        uncovered.add({ opened: openMessage(value, SET, (id, index) => script.keys.opening(id, index)), offset }),
    );
    expect(dropped.length).toBe(13);
  });
});
