/** Reads Kafka's primitive types one after the other. @throws {RangeError} behind the end. */
export class BytesReader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  get left(): number {
    return this.bytes.length - this.at;
  }

  int8(): number {
    return this.bytes.readInt8(this.forward(1));
  }

  int16(): number {
    return this.bytes.readInt16BE(this.forward(2));
  }

  int32(): number {
    return this.bytes.readInt32BE(this.forward(4));
  }

  int64(): bigint {
    return this.bytes.readBigInt64BE(this.forward(8));
  }

  /** Zigzag-encoded, of 64 bits at most; exact below 2^53. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.bytes.readUInt8(this.forward(1));
      value += (byte & 0x7f) * 2 ** shift;
      if (byte <= 0x7f) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
    throw new RangeError('a number of more than 64 bits');
  }

  /** No copy. A negative length is none. */
  take(length: number): Buffer {
    const from = this.forward(Math.max(length, 0));
    return this.bytes.subarray(from, this.at);
  }

  private forward(length: number): number {
    if (length > this.left) throw new RangeError('the bytes end too early');
    const from = this.at;
    this.at += length;
    return from;
  }
}
