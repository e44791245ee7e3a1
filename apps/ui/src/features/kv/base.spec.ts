import { ApiError } from '../../api/errors';
import { baseOf } from './base';

const nothing = { data: undefined, error: null };
const refused = (status: number) => ({ data: undefined, error: new ApiError(status, []) });
const read = { data: { data: { a: 'b' }, version: 3 }, error: null };
const metadata = (version: number) => ({ data: { data: { current_version: version } }, error: null });

describe('what an edit begins with', () => {
  it('is the version that was read, though a younger one is known', () => {
    expect(baseOf(read, metadata(4))).toEqual({ data: { a: 'b' }, version: 3 });
  });

  it('is nothing where nothing is', () => {
    expect(baseOf(refused(404), refused(404))).toEqual({ data: {}, version: 0 });
    expect(baseOf(refused(404), refused(403))).toEqual({ data: {}, version: 0 });
  });

  it('is nothing where it was deleted behind the first read', () => {
    const error = new ApiError(404, []);
    expect(baseOf({ ...read, error }, { ...metadata(3), error })).toEqual({ data: {}, version: 0 });
  });

  it('is empty, with its version, where the data was deleted', () => {
    expect(baseOf({ data: { data: undefined, version: 2 }, error: null }, metadata(2))).toEqual({
      data: {},
      version: 2,
    });
  });

  it('has the version of a secret that may not be read, as far as that is known', () => {
    expect(baseOf(refused(403), metadata(5))).toEqual({ data: {}, version: 5, isUnreadable: true });
    expect(baseOf(refused(403), refused(403))).toEqual({ data: {}, isUnreadable: true });
    expect(baseOf(refused(403), nothing)).toEqual({ data: {}, isUnreadable: true });
    expect(baseOf(refused(403), refused(404))).toEqual({ data: {}, version: 0 });
  });

  it('is not known where nobody could say it', () => {
    expect(baseOf(refused(500), metadata(1))).toBeUndefined();
    expect(baseOf(nothing, nothing)).toBeUndefined();
  });
});
