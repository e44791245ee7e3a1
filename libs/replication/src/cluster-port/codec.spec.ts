import { RawJson, TidelockError } from '@tidelock/kernel';
import { decodeQuestion, encodeCall } from './codec';

describe('The calls of the cluster port', () => {
  it.each(['}', '1,"admin":true', '{"a":1}', '', '01'])('take no number that is none: %s', (text) => {
    const sent = encodeCall({ data: { value: new RawJson(text) } });
    expect(() => decodeQuestion(sent)).toThrow(expect.objectContaining({ status: 400 }) as TidelockError);
  });

  it('take numbers as they were written, and client bodies as deep as the edge lets in', () => {
    const deep = (levels: number): unknown => (levels === 0 ? new RawJson('1.50') : [deep(levels - 1)]);
    expect(decodeQuestion(encodeCall({ data: deep(500) }))).toEqual({ data: deep(500) });
    expect(() => decodeQuestion(encodeCall({ data: deep(600) }))).toThrow('levels of nesting');
    // A reference to what surrounds it.
    expect(() => decodeQuestion(Buffer.from('d6690000000191d6700000000100', 'hex'))).toThrow('not msgpack');
  });
});
