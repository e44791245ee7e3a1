import { decodeMutation, encodeMutation, type JournalRow } from '@tidelock/store';
import {
  decodeCheckpoint,
  decodeKeyRotated,
  encodeCheckpoint,
  kindOf,
  type StreamView,
  type ViewedRow,
} from '@tidelock/stream';
import { filterId, type PathsFilter } from './paths-filter';
import { ShownMounts } from './shown-mounts';
import type { MountRecords } from '../ports/mount-records';

type Message = ViewedRow<ShownMounts>['message'];

const NO_BODY = Buffer.alloc(0);

/**
 * The stream of a paths filter (P7): mutations lose the records of hidden mounts before anything is sealed, and those that
 * have no others left are not published. Where a mount passes in or out of the filter stands a `resync`: what became of it
 * cannot be told by the records of one mutation, so followers compare with the primary.
 */
export class FilterView implements StreamView<ShownMounts> {
  readonly name: string;

  /** @param begin where the stream begins if it was never published: the mounts as committed there. */
  constructor(
    private readonly filter: PathsFilter,
    private readonly records: MountRecords,
    readonly begin: { readonly index: number; readonly memory: ShownMounts },
  ) {
    this.name = filterId(filter);
  }

  view(row: JournalRow, mounts: ShownMounts): ViewedRow<ShownMounts> {
    const kind = kindOf(row);
    if (kind === 'mutation') return this.mutation(row, mounts);
    if (kind === 'checkpoint') return { message: this.checkpoint(row), memory: mounts };
    // A new key is told only to those who follow its stream.
    const foreign = kind === 'key-rotated' && decodeKeyRotated(row.body).stream !== this.name;
    return { message: foreign ? undefined : { kind, body: row.body }, memory: mounts };
  }

  recall(text: string): ShownMounts {
    return text === ''
      ? ShownMounts.none(this.filter, this.records)
      : ShownMounts.fromJson(this.filter, this.records, text);
  }

  private mutation({ body }: JournalRow, before: ShownMounts): ViewedRow<ShownMounts> {
    const { records, cause } = decodeMutation(body);
    const { mounts, passed } = before.learn(records.map(({ key, value }) => [key, value] as const));
    if (passed) return { message: { kind: 'resync', body: NO_BODY }, memory: mounts };
    const shown = records.filter(({ key }) => mounts.includes(key));
    return {
      message: messageOf(
        body,
        shown.length === records.length ? undefined : { records: shown, requestId: cause.requestId },
      ),
      memory: mounts,
    };
  }

  /** The root that followers have at this place; where it is not known, the message only moves them on. */
  private checkpoint({ body }: JournalRow): Message {
    const { index, time, viewRoots } = decodeCheckpoint(body);
    return { kind: 'checkpoint', body: encodeCheckpoint({ index, time, merkleRoot: viewRoots?.[this.name] ?? '' }) };
  }
}

/** Of a mutation that lost records the path is not told either: it may name what is hidden. */
function messageOf(
  body: Buffer,
  rest: { readonly records: ReturnType<typeof decodeMutation>['records']; readonly requestId: string } | undefined,
): Message {
  if (rest === undefined) return { kind: 'mutation', body };
  if (rest.records.length === 0) return undefined;
  return {
    kind: 'mutation',
    body: encodeMutation({ records: rest.records, cause: { requestId: rest.requestId, path: '' } }),
  };
}
