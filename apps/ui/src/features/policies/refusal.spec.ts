import { readPolicy } from './read-policy';
import { withRefusal } from './refusal';

const GOOD = readPolicy('path "a" { policy = "read" }\npath "b" { policy = "read" }');

describe("the server's refusal of a text", () => {
  it.each([
    ['failed to parse policy: At 2:35: illegal char', 2, 35, 'illegal char'],
    ['failed to parse policy: 1 error occurred:\n\n* path "a": invalid key "x" on line 1\n\n', 1, 1, undefined],
    ['failed to parse policy: path "b": invalid policy "x"', 2, 1, undefined],
  ])('%j is shown at its place', (message, line, column, text = message) => {
    expect(withRefusal(message, GOOD)).toEqual([{ line, column, text, kind: 'error' }]);
  });

  it('is not repeated where the same line is known to be wrong', () => {
    const bad = readPolicy('path "a" { policy = "wrote" }');
    expect(withRefusal('path "a": invalid policy "wrote"', bad)).toEqual(bad.problems);
  });

  it('has no place where it names none', () => {
    expect(withRefusal('permission denied', GOOD)).toEqual([]);
    expect(withRefusal(undefined, GOOD)).toEqual([]);
  });
});
