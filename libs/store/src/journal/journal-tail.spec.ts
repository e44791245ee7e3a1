import { array, assert, constantFrom, integer, oneof, property, record } from 'fast-check';
import { JournalTail } from './journal-tail';

const rowOf = (index: number, bytes: number) => ({
  index,
  epoch: 1,
  kind: 'mutation',
  time: 0,
  body: Buffer.alloc(bytes),
  cause: '{}',
});

describe('the tail of the journal', () => {
  it('has what came last, as long as it is all there', () => {
    const tail = new JournalTail();
    expect(tail.after(0)).toBeUndefined();
    for (let index = 1; index <= 3; index += 1) tail.added(rowOf(index, 400_000));
    // The first has made room.
    expect(tail.after(0)).toBeUndefined();
    expect(tail.after(1)?.map(({ index }) => index)).toEqual([2, 3]);
    expect(tail.after(3)).toEqual([]);
    tail.added(rowOf(4, 2_000_000));
    expect(tail.after(3)).toBeUndefined();
    tail.added(rowOf(5, 1));
    tail.clear();
    expect(tail.after(4)).toBeUndefined();
  });

  it('keeps nothing of what a body shares its memory with', () => {
    const tail = new JournalTail();
    const packed = Buffer.alloc(1024 * 1024, 'x');
    tail.added({ ...rowOf(1, 0), body: packed.subarray(100, 200) });
    const [row] = tail.after(0) ?? [];
    expect(row?.body).toEqual(packed.subarray(100, 200));
    expect(row?.body.buffer.byteLength).toBe(100);
  });

  it('is what the rows themselves are, or nothing, whatever is added, trimmed and dropped', () => {
    const step = oneof(
      record({ kind: constantFrom('add' as const), by: integer({ min: 1, max: 300_000 }) }),
      record({ kind: constantFrom('trim' as const, 'drop' as const), by: integer({ min: 0, max: 30 }) }),
    );
    assert(
      property(array(step, { maxLength: 40 }), (steps) => {
        const tail = new JournalTail();
        let rows: ReturnType<typeof rowOf>[] = [];
        let last = 0;
        for (const { kind, by } of steps) {
          if (kind === 'add') {
            const row = rowOf((last += 1), by);
            rows.push(row);
            tail.added(row);
          } else if (kind === 'trim') {
            rows = rows.filter(({ index }) => index > by);
            tail.trimmed(by);
          } else {
            rows = rows.filter(({ index }) => index <= by);
            last = Math.min(last, by);
            tail.droppedAfter(by);
          }
          for (let index = 0; index <= last; index += 1) {
            const found = tail.after(index);
            if (found !== undefined)
              expect(found.map((row) => row.index)).toEqual(
                rows.filter((row) => row.index > index).map((row) => row.index),
              );
          }
        }
      }),
    );
  });
});
