import { KEY_BYTES } from '@tidelock/barrier';
import { badRequest } from '@tidelock/kernel';

const HEX = /^(?:[0-9a-fA-F]{2})+$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const MINIMUM_BYTES = 16;
/** A share ends in its x coordinate. */
const MAXIMUM_BYTES = KEY_BYTES + 1;

/**
 * Reads an unseal key as a person types it.
 *
 * @param text hex, or else base64.
 * @throws {TidelockError} INVALID_REQUEST.
 */
export function parseShare(text: string): Buffer {
  if (text === '') throw badRequest("'key' must be specified in request body as JSON");
  if (!HEX.test(text) && !BASE64.test(text)) throw badRequest("'key' must be a valid hex or base64 string");
  const share = Buffer.from(text, HEX.test(text) ? 'hex' : 'base64');
  if (share.length < MINIMUM_BYTES) throw badRequest(`invalid key: key is shorter than minimum ${MINIMUM_BYTES} bytes`);
  if (share.length > MAXIMUM_BYTES) throw badRequest(`invalid key: key is longer than maximum ${MAXIMUM_BYTES} bytes`);
  return share;
}

/** Shares as they are handed out. */
export const shareTexts = (shares: readonly Buffer[]): { keys: string[]; keysBase64: string[] } => ({
  keys: shares.map((share) => share.toString('hex')),
  keysBase64: shares.map((share) => share.toString('base64')),
});
