import { ERRORS } from './catalogue';
import { badRequest, isTidelockError, multiError, notFound, reasonOf, TidelockError } from './tidelock-error';

describe('TidelockError', () => {
  it('takes text and status from the catalogue', () => {
    expect(new TidelockError('SEALED')).toMatchObject({
      code: 'SEALED',
      status: 503,
      errors: ['Vault is sealed'],
      message: 'Vault is sealed',
      data: undefined,
    });
  });

  it('lets the thrower say it more precisely', () => {
    const cause = new Error('below');
    const error = new TidelockError('INVALID_REQUEST', { text: 'no', status: 422, data: { 1: 'x' }, cause });
    expect(error).toMatchObject({ status: 422, errors: ['no'], data: { 1: 'x' }, cause });
    expect(new TidelockError('INVALID_REQUEST', 'just a text').errors).toEqual(['just a text']);
    expect(new TidelockError('INVALID_REQUEST', { errors: ['a', 'b'], text: 'c' }).errors).toEqual(['a', 'b']);
  });

  it('answers "nothing there" with an empty list of errors', () => {
    expect(notFound()).toMatchObject({ status: 404, errors: [] });
  });

  it('answers bad input with 400', () => {
    expect(badRequest('missing path')).toMatchObject({
      code: 'INVALID_REQUEST',
      status: 400,
      errors: ['missing path'],
    });
  });

  it('writes a text in the form of collected errors when told to', () => {
    expect(new TidelockError('PERMISSION_DENIED', { multi: true }).errors).toEqual([
      '1 error occurred:\n\t* permission denied\n\n',
    ]);
    expect(multiError(['a', 'b'])).toBe('2 errors occurred:\n\t* a\n\t* b\n\n');
  });

  it('gives every code of the catalogue a status that means failure', () => {
    for (const { status } of Object.values(ERRORS)) expect(status).toBeGreaterThanOrEqual(400);
  });
});

describe('isTidelockError', () => {
  it('recognises an error of another copy of this module by its shape', () => {
    const foreign = Object.assign(new Error('x'), { code: 'NOT_FOUND', status: 404, errors: [] });
    expect(isTidelockError(foreign)).toBe(true);
    expect(isTidelockError(foreign, 'NOT_FOUND')).toBe(true);
    expect(isTidelockError(foreign, 'SEALED')).toBe(false);
  });

  it.each([
    ['a system error', Object.assign(new AggregateError([], 'x'), { code: 'ECONNREFUSED' })],
    ['a name that every object has', Object.assign(new AggregateError([], 'x'), { code: 'toString' })],
    ['an error without code', new Error('x')],
    ['something that is no error', { code: 'NOT_FOUND', errors: [] }],
    ['nothing', undefined],
  ])('does not take %s for one', (_, value) => {
    expect(isTidelockError(value)).toBe(false);
  });
});

describe('reasonOf', () => {
  it('tells the whole chain of causes in one line', () => {
    expect(reasonOf(new Error('a', { cause: new Error('b', { cause: 'c' }) }))).toBe('a: b: c');
    expect(reasonOf('text')).toBe('text');
  });

  it('names no cause twice', () => {
    const cause = new Error('connect ECONNREFUSED ::1:8201');
    expect(reasonOf(new Error(cause.message, { cause }))).toBe(cause.message);
    const around = new Error(`the primary cannot be reached: ${cause.message}; try again`, {
      cause: new Error(cause.message, { cause }),
    });
    expect(reasonOf(around)).toBe(around.message);
  });
});
