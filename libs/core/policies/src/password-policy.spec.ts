import fc from 'fast-check';
import { generatePassword, parsePasswordPolicy } from './password-policy';

const rule = (charset: string, minimum?: number): string =>
  `rule "charset" { charset = ${JSON.stringify(charset)} ${minimum === undefined ? '' : `min-chars = ${minimum}`} }\n`;

describe('parsePasswordPolicy', () => {
  it('reads length, charsets and minima, each character once', () => {
    expect(parsePasswordPolicy(`length = 20 ${rule('aabé🜁', 2)} ${rule('01')}`)).toEqual({
      length: 20,
      rules: [
        { charset: ['a', 'b', 'é', '🜁'], minimum: 2 },
        { charset: ['0', '1'], minimum: 0 },
      ],
    });
  });

  it('reads JSON', () => {
    expect(
      parsePasswordPolicy('{"length": 4, "rule": [{"charset": {"charset": "ab", "min-chars": 1}}]}').rules,
    ).toHaveLength(1);
  });

  it.each([
    [`length = 3 ${rule('a')}`, 'passwords must be at least 4 characters'],
    [rule('a'), 'passwords must be at least 4 characters'],
    [`length = 101 ${rule('a')}`, 'passwords must be no longer than 100 characters'],
    ['length = 20', 'invalid password policy: no charset rule'],
    [
      `length = 4 ${rule('a', 3)} ${rule('b', 2)}`,
      'unable to generate password from provided policy: are the rules impossible?',
    ],
    [`length = "x" ${rule('a')}`, '"length" must be a whole number'],
    [`length = 20 ${rule('')}`, 'a charset rule needs a charset'],
    [`length = 20 ${rule('a\tb')}`, 'non-printable character'],
    ['length = 20 rule "words" {}', 'unknown rule "words"'],
    [`length = 20 foo = 1 ${rule('a')}`, 'invalid password policy: At 1:13: unknown key "foo"'],
    ['length', 'invalid password policy: At 1:7'],
  ])('refuses %j as bad input', (text, message) => {
    expect(() => parsePasswordPolicy(text)).toThrow(
      expect.objectContaining({
        code: 'INVALID_REQUEST',
        message: expect.stringContaining(message) as string,
      }) as Error,
    );
  });
});

describe('generatePassword', () => {
  it('meets any policy that can be met', () => {
    const rules = fc.array(
      fc.record({ charset: fc.constantFrom('abc', 'ABCa', '0123', '!', '🜁é'), minimum: fc.nat(6) }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(rules, fc.nat(20), (wanted, more) => {
        const length = Math.max(
          4,
          wanted.reduce((sum, { minimum }) => sum + minimum, more),
        );
        const policy = parsePasswordPolicy(
          `length = ${length} ${wanted.map(({ charset, minimum }) => rule(charset, minimum)).join('')}`,
        );
        const password = [...generatePassword(policy)];
        expect(password).toHaveLength(length);
        for (const { charset, minimum } of policy.rules) {
          expect(password.filter((character) => charset.includes(character)).length).toBeGreaterThanOrEqual(minimum);
        }
        expect(password.every((character) => policy.rules.some(({ charset }) => charset.includes(character)))).toBe(
          true,
        );
      }),
    );
  });

  it('uses every character, and does not begin with what is demanded', () => {
    const policy = parsePasswordPolicy(`length = 20 ${rule('abcdefgh')} ${rule('01', 1)}`);
    const passwords = Array.from({ length: 200 }, () => generatePassword(policy));
    expect(new Set(passwords.join(''))).toEqual(new Set('abcdefgh01'));
    expect(new Set(passwords).size).toBe(200);
    expect(passwords.some((password) => /[a-h]/.test(password.charAt(0)))).toBe(true);
  });
});
