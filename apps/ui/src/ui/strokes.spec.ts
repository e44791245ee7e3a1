import { type Press, strokeOf } from './strokes';

const press = (key: string, change: Partial<Press> = {}): Press => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...change,
});

describe('a key', () => {
  it.each([
    ['/', '/'],
    ['?', 'help'],
    ['n', 'n'],
    ['E', 'e'],
    ['g', 'go'],
    ['x', undefined],
    ['Enter', undefined],
  ])('%s alone is for %s', (key, stroke) => {
    expect(strokeOf(press(key), true, false)).toBe(stroke);
  });

  it('names a place behind g', () => {
    expect(strokeOf(press('s'), true, true)).toBe('to-s');
    expect(strokeOf(press('g'), true, true)).toBe('to-g');
    expect(strokeOf(press('/'), true, true)).toBe('/');
  });

  it('is a letter where somebody types, or has turned them off', () => {
    expect(strokeOf(press('n'), false, false)).toBeUndefined();
    expect(strokeOf(press('s'), false, true)).toBeUndefined();
  });

  it('counts everywhere with Ctrl or Cmd, and with nothing else', () => {
    expect(strokeOf(press('k', { ctrlKey: true }), false, false)).toBe('palette');
    expect(strokeOf(press('K', { metaKey: true }), false, true)).toBe('palette');
    expect(strokeOf(press('s', { ctrlKey: true }), false, false)).toBe('save');
    expect(strokeOf(press('n', { ctrlKey: true }), true, false)).toBeUndefined();
    expect(strokeOf(press('k', { ctrlKey: true, altKey: true }), true, false)).toBeUndefined();
    expect(strokeOf(press('e', { altKey: true }), true, false)).toBeUndefined();
  });

  it('counts by its place on a layout without Latin letters', () => {
    expect(strokeOf(press('л', { code: 'KeyK', ctrlKey: true }), true, false)).toBe('palette');
    expect(strokeOf(press('п', { code: 'KeyG' }), true, false)).toBe('go');
  });
});
