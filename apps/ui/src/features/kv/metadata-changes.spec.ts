import { changesOf } from './metadata-changes';

describe('changes of metadata', () => {
  const was = { max_versions: 0, cas_required: false, custom_metadata: { owner: 'a', ticket: '1' } };

  it('are what differs', () => {
    expect(changesOf(was, { ...was, max_versions: 4 })).toEqual({ max_versions: 4 });
    expect(changesOf(was, { ...was, cas_required: true })).toEqual({ cas_required: true });
  });

  it('have all texts where one of them differs: they are replaced as a whole', () => {
    const texts = { owner: 'b', ticket: '1' };
    expect(changesOf(was, { ...was, custom_metadata: texts })).toEqual({ custom_metadata: texts });
    expect(changesOf<Partial<typeof was>>(was, { ...was, custom_metadata: {} as typeof texts })).toEqual({
      custom_metadata: {},
    });
  });

  it('are none where nothing differs', () => {
    expect(changesOf(was, { ...was, custom_metadata: { ...was.custom_metadata } })).toEqual({});
  });
});
