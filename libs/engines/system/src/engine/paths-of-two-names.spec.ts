import { type EngineRequest, pathsOf } from '@tidelock/engine-api';
import { pathsOfTwoNames } from './paths-of-two-names';

const OnOldPath = pathsOfTwoNames('new/place/', 'place/', 'Old name of ', { localOnly: true });

class Paths {
  @OnOldPath('read', 'things/:id', { help: 'Shows a thing.', sudo: true })
  async read(_request: EngineRequest): Promise<undefined> {}
}

describe('A path of two names', () => {
  it('is served alike under both, and the help of one tells of the other', () => {
    const alike = { operations: ['read'], method: 'read', localOnly: true, sudo: true };
    expect(pathsOf(Paths)).toEqual([
      { ...alike, pattern: 'new/place/things/:id', help: 'Shows a thing.' },
      { ...alike, pattern: 'place/things/:id', help: 'Old name of new/place/things.' },
    ]);
  });
});
