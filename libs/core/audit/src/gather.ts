import { setImmediate as turn } from 'node:timers/promises';

/** So long may one entry keep all other requests waiting at a time. */
const SLICE_MS = 5;

/** Puts a text together, and lets others run in between where its pieces take long to make. */
export async function gather(pieces: Iterable<string>): Promise<string> {
  let text = '';
  let end = performance.now() + SLICE_MS;
  for (const piece of pieces) {
    text += piece;
    if (performance.now() < end) continue;
    await turn();
    end = performance.now() + SLICE_MS;
  }
  return text;
}
