import { RawJson } from '@tidelock/kernel';

/**
 * A stored JSON object as the `data` of an answer, to the letter and without parsing it. Whoever wants to look inside
 * (audit does) finds a `RawJson` there.
 */
export const rawData = (text: string): Readonly<Record<string, unknown>> =>
  new RawJson(text) as unknown as Readonly<Record<string, unknown>>;
