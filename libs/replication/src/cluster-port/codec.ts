import { RawJson } from '@tidelock/kernel';
import { addExtension, Packr } from 'msgpackr';

// Numbers of secrets keep their text on their way to the primary and back.
addExtension({
  Class: RawJson,
  type: 0x11,
  pack: (value: RawJson) => Buffer.from(value.text, 'utf8'),
  unpack: (bytes: Buffer) => new RawJson(Buffer.from(bytes).toString('utf8')),
});

const packr = new Packr({ useRecords: false, moreTypes: true });

/** Bodies of cluster-port calls: msgpack, because they carry ciphertext as bytes. */
export const encodeCall = (value: unknown): Buffer => packr.pack(value);

export const decodeCall = <T>(bytes: Buffer): T => packr.unpack(bytes) as T;
