import { hash } from 'node:crypto';

/** PostgreSQL cuts longer names off without a word: two schemas would be taken for one. */
const LONGEST = 63;

/** The schema that is made ready before it takes the place of another. */
export const successorOf = (schema: string): string => beside(schema, '_joining');

/** Where a schema is put that has been replaced. */
export const asideOf = (schema: string, at: Date): string =>
  beside(schema, `_wiped_${at.toISOString().replace(/\D/g, '')}`);

function beside(schema: string, suffix: string): string {
  if (Buffer.byteLength(schema + suffix) <= LONGEST) return schema + suffix;
  const digest = hash('sha256', schema, 'hex').slice(0, 8);
  let start = schema;
  while (Buffer.byteLength(start + digest + suffix) > LONGEST) start = start.slice(0, -1);
  return start + digest + suffix;
}
