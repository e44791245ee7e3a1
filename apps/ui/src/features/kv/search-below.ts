/** How far a search has come. */
export interface SearchState {
  /** Full names, in the order in which they were found. */
  readonly found: readonly string[];
  readonly folders: number;
  /** Folders that the token may not list. */
  readonly refused: number;
}

export interface SearchOrder {
  /** `''`, or with its final slash. */
  readonly from: string;
  /** The names in a folder, folders with a final slash; rejects where it may not be listed. */
  readonly list: (folder: string) => Promise<readonly string[]>;
  readonly matches: (name: string) => boolean;
  readonly onProgress: (state: SearchState) => void;
  readonly signal: AbortSignal;
}

/** So many calls are under way at a time. */
const CALLS = 5;

/** Looks through a folder and all below it. @returns once everything was seen, or `signal` has fired. */
export async function searchBelow({ from, list, matches, onProgress, signal }: SearchOrder): Promise<void> {
  const waiting = [from];
  const underWay = new Set<Promise<void>>();
  let state: SearchState = { found: [], folders: 0, refused: 0 };

  const visit = async (folder: string): Promise<void> => {
    const names = await list(folder).catch(() => undefined);
    if (signal.aborted) return;
    const below = (names ?? []).map((name) => folder + name);
    waiting.push(...below.filter((name) => name.endsWith('/')));
    state = {
      found: [...state.found, ...below.filter((name) => !name.endsWith('/') && matches(name))],
      folders: state.folders + (names ? 1 : 0),
      refused: state.refused + (names ? 0 : 1),
    };
    onProgress(state);
  };

  while (!signal.aborted && (waiting.length > 0 || underWay.size > 0)) {
    while (waiting.length > 0 && underWay.size < CALLS) {
      const call = visit(waiting.shift() as string).finally(() => underWay.delete(call));
      underWay.add(call);
    }
    await Promise.race(underWay);
  }
}
