import { ApiError } from '../api/errors';
import { isOfUnknownToken, isRefusal } from './refusals';

describe('what the server says to a token', () => {
  it.each([
    [400, true],
    [403, true],
    [0, false],
    [412, false],
    [429, false],
    [500, false],
    [503, false],
  ])('with status %i is a refusal: %p', (status, refused) => {
    expect(isRefusal(new ApiError(status, []))).toBe(refused);
  });

  it('tells a token that is none from what a policy forbids', () => {
    const said = (text: string, status = 403): boolean => isOfUnknownToken(new ApiError(status, [text]));
    expect(said('permission denied')).toBe(true);
    expect(said('2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n')).toBe(true);
    expect(said('1 error occurred:\n\t* permission denied\n\n')).toBe(false);
    expect(said('permission denied', 500)).toBe(false);
    expect(isRefusal(new Error('broken'))).toBe(false);
    expect(isOfUnknownToken(undefined)).toBe(false);
  });
});
