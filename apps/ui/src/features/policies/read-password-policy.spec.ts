import { passwordPolicyProblems } from './read-password-policy';

const found = (text: string): string[] =>
  passwordPolicyProblems(text).map(({ line, column, text: words }) => `${line}:${column} ${words}`);

describe('a password policy that is read', () => {
  it('has nothing wrong', () => {
    expect(found('length = 20\nrule "charset" { charset = "abc" min-chars = 1 }')).toEqual([]);
  });

  it.each([
    ['length = 3 rule "charset" { charset = "a" }', '1:10 passwords must be at least 4 characters'],
    ['length = 101 rule "charset" { charset = "a" }', '1:10 passwords must be no longer than 100 characters'],
    ['length = 8', '1:10 no charset rule'],
    ['length = 8 rule "charset" { }', '1:12 a charset rule needs a charset'],
    ['length = 8 rule "words" { charset = "a" }', '1:12 unknown rule "words"'],
    ['length = 8 rule "charset" { charset = "a" min_chars = 1 }', '1:43 invalid key "min_chars"'],
    ['length = "8" rule "charset" { charset = "a" }', '1:10 "length" must be a whole number'],
    [
      'length = 4 rule "charset" { charset = "a" min-chars = 5 }',
      '1:10 the rules together demand more characters than the password has',
    ],
    ['length = ', '1:10 expected a value got: EOF'],
  ])('is told of %j', (text, problem) => {
    expect(found(text)).toContain(problem);
  });
});
