import { isTidelockError, parseJson, RawJson, stringifyJson } from '@tidelock/kernel';
import { IsIn } from 'class-validator';
import * as fc from 'fast-check';
import {
  BoolField,
  convertBody,
  DurationField,
  fieldsOf,
  IntField,
  KeyValueField,
  MapField,
  StringField,
  StringListField,
} from '..';

class Base {
  @StringField({ required: 'missing name' }) name!: string;
}

class Body extends Base {
  @IntField() count?: number;
  @BoolField() enabled = true;
  @DurationField() ttl?: number;
  @DurationField({ signed: true }) offset?: number;
  @StringListField({ aliases: ['policies'], description: 'Policies of the token.' }) token_policies?: string[];
  @MapField() data?: Record<string, unknown>;
  @KeyValueField() options?: Record<string, string>;
  @IsIn(['a', 'b'], { message: 'kind must be a or b' })
  @StringField()
  kind?: string;
}

const convert = (members: Record<string, unknown>): Body => convertBody(Body, { name: 'n', ...members }).body;

function textsFor(members: Record<string, unknown>): readonly string[] {
  try {
    convertBody(Body, members);
  } catch (error) {
    if (isTidelockError(error, 'INVALID_REQUEST')) return error.errors;
    throw error;
  }
  return [];
}

describe('fields of a DTO', () => {
  it('are optional, and keep the defaults of the class', () => {
    const body = convert({});
    expect(body).toBeInstanceOf(Body);
    expect({ ...body }).toEqual({ name: 'n', enabled: true });
    expect(convert({ enabled: null }).enabled).toBe(true);
  });

  it.each([
    ['count', '5', 5],
    ['count', 7, 7],
    ['count', '', 0],
    ['count', true, 1],
    ['count', '0x10', 16],
    ['count', '-0x10', -16],
    ['count', '-3', -3],
    ['enabled', 'false', false],
    ['enabled', '1', true],
    ['enabled', 'T', true],
    ['enabled', 0, false],
    ['enabled', '', false],
    ['ttl', '1h30m', 5400],
    ['ttl', 90, 90],
    ['ttl', '7d', 604_800],
    ['offset', '-5s', -5],
    ['token_policies', 'a, b,c', ['a', 'b', 'c']],
    ['token_policies', ['a', 1], ['a', '1']],
    ['token_policies', '', []],
    ['options', { version: 2 }, { version: '2' }],
    ['options', ['a=b=c', 'd='], { a: 'b=c', d: '' }],
    ['options', 'a=b', { a: 'b' }],
    ['name', 5, '5'],
    ['name', true, '1'],
    ['name', new RawJson('1.50'), '1.50'],
  ] as const)('%s accepts %j', (name, sent, expected) => {
    expect(convert({ [name]: sent })[name]).toEqual(expected);
  });

  it.each([
    ['count', 'five'],
    ['count', 1.5],
    ['count', new RawJson('1.50')],
    ['count', new RawJson('12345678901234567890')],
    ['count', {}],
    ['enabled', 'yes'],
    ['enabled', []],
    ['ttl', 'soon'],
    ['ttl', -1],
    ['ttl', {}],
    ['ttl', true],
    ['token_policies', { a: 1 }],
    ['token_policies', [['x']]],
    ['data', 'text'],
    ['data', []],
    ['data', new RawJson('1.50')],
    ['options', 'text'],
    ['options', { a: {} }],
    ['options', 5],
    ['name', {}],
    ['name', ['a']],
  ])('%s refuses %j and names the field', (name, sent) => {
    const texts = textsFor({ name: 'n', [name]: sent });
    expect(texts).toHaveLength(1);
    expect(texts[0]).toMatch(new RegExp(`^error converting input for field "${name}": `));
  });

  it('say what is missing, whether absent, null or empty', () => {
    for (const members of [{}, { name: null }, { name: '' }]) expect(textsFor(members)).toEqual(['missing name']);
  });

  it('report every field at once', () => {
    expect(textsFor({ count: 'x', ttl: 'y' })).toHaveLength(3);
  });

  it('combine with the rules of class-validator', () => {
    expect(textsFor({ name: 'n', kind: 'c' })).toEqual(['kind must be a or b']);
    expect(textsFor({ name: 'n', kind: {} })).toEqual(['error converting input for field "kind": expected a string']);
    expect(convert({ kind: 'a' }).kind).toBe('a');
    expect(convert({}).kind).toBeUndefined();
  });

  it('take an alias unless the name itself is there', () => {
    expect(convert({ policies: 'a' }).token_policies).toEqual(['a']);
    expect(convert({ policies: 'a', token_policies: 'b' }).token_policies).toEqual(['b']);
  });

  it('drop unknown members with a warning', () => {
    const { body, warnings } = convertBody(Body, { name: 'n', zeta: 1, alpha: 2 });
    expect(warnings).toEqual(['Endpoint ignored these unrecognized parameters: [alpha zeta]']);
    expect(body).not.toHaveProperty('alpha');
    expect(convertBody(Body, { name: 'n' }).warnings).toEqual([]);
  });

  it('keep the text of the numbers in a map', () => {
    const text = '{"name":"n","data":{"big":12345678901234567890,"price":1.50,"deep":[{"x":1.0}]}}';
    const { body } = convertBody(Body, parseJson(text) as Record<string, unknown>);
    expect(stringifyJson(body.data)).toBe('{"big":12345678901234567890,"price":1.50,"deep":[{"x":1.0}]}');
  });

  it('take any name for a member of a map', () => {
    const value = fc.dictionary(
      fc.oneof(
        fc.constantFrom('constructor', '__proto__', 'prototype', 'toString', 'hasOwnProperty', 'then'),
        fc.string(),
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(value, fc.constantFrom('data', 'options'), (map, name) => {
        const sent = parseJson(`{"name":"n",${JSON.stringify(name)}:${JSON.stringify(map)}}`) as Record<
          string,
          unknown
        >;
        expect(Object.entries(convertBody(Body, sent).body[name as 'options'] ?? {})).toEqual(Object.entries(map));
      }),
    );
  });

  it('describe themselves, inherited ones first', () => {
    expect(fieldsOf(Body).map((field) => [field.name, field.type])).toEqual([
      ['name', 'string'],
      ['count', 'integer'],
      ['enabled', 'boolean'],
      ['ttl', 'duration'],
      ['offset', 'duration'],
      ['token_policies', 'array'],
      ['data', 'object'],
      ['options', 'object'],
      ['kind', 'string'],
    ]);
    expect(fieldsOf(Base)).toHaveLength(1);
    expect(fieldsOf(Body)[5]).toMatchObject({ description: 'Policies of the token.', required: false });
  });

  it('answer any JSON with a body or a 400, and let no name reach a prototype', () => {
    const names = [
      'name',
      'count',
      'enabled',
      'ttl',
      'offset',
      'token_policies',
      'data',
      'options',
      'kind',
      '__proto__',
      'constructor',
    ];
    const json = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom('constructor', '__proto__', 'a'), fc.jsonValue()),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.constantFrom(...names), json), { selector: ([name]) => name }),
        (members) => {
          const text = `{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
          textsFor(parseJson(text) as Record<string, unknown>);
          expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
        },
      ),
    );
    const body = convertBody(
      Body,
      JSON.parse('{"name":"n","__proto__":{"polluted":1},"options":{"__proto__":"x"}}') as Record<string, unknown>,
    ).body;
    expect(Object.getPrototypeOf(body)).toBe(Body.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
