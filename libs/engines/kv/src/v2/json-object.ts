import { RawJson } from '@tidelock/kernel';

export interface JsonObject {
  readonly [name: string]: unknown;
}

/** A JSON object; `RawJson` stands for a number. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof RawJson);
