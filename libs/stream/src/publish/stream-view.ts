import type { JournalRow } from '@tidelock/store';
import { MESSAGE_KINDS, type MessageKind } from '../domain/header';
import { FULL_STREAM } from '../domain/topic';

/** What a view has learned from the rows behind it. A value: it is kept with the stream's mark. */
export interface ViewMemory {
  /** `''` where there is nothing to remember. */
  toJson(): string;
}

export interface ViewedRow<Memory extends ViewMemory> {
  /** `undefined`: nothing of the row belongs to the stream. */
  readonly message: { readonly kind: MessageKind; readonly body: Buffer } | undefined;
  /** With what the row has told. */
  readonly memory: Memory;
}

/** What of the journal a stream carries. Rows come in order; one may come again, with the memory it came with before. */
export interface StreamView<Memory extends ViewMemory = ViewMemory> {
  /** Names the stream: its row in the local store, its keys, and how its topic ends. */
  readonly name: string;
  /** Where the stream begins when it was never published; absent = with the journal. */
  readonly begin?: { readonly index: number; readonly memory: Memory };
  view(row: JournalRow, memory: Memory): ViewedRow<Memory>;
  recall(text: string): Memory;
}

const NOTHING: ViewMemory = { toJson: () => '' };

/** Everything, for secondaries without a filter. */
export const fullView: StreamView = {
  name: FULL_STREAM,
  view: (row) => ({ message: { kind: kindOf(row), body: row.body }, memory: NOTHING }),
  recall: () => NOTHING,
};

export function kindOf({ kind, index }: JournalRow): MessageKind {
  const known = MESSAGE_KINDS.find((name) => name === kind);
  if (known === undefined) throw new Error(`journal row ${index} is of an unknown kind: ${kind}`);
  return known;
}
