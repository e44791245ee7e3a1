import { safeRedirect, START_PAGE } from './redirect';

describe('the page behind the sign-in', () => {
  it('is the one that was asked for', () => {
    expect(safeRedirect('/vault/replication/performance?tab=1')).toBe('/vault/replication/performance?tab=1');
  });

  it.each([
    undefined,
    7,
    '',
    '/',
    '//evil.example',
    'https://evil.example',
    '/vault',
    '/vault/auth?x',
    '/vault/\\evil',
    'javascript:alert(1)',
  ])('is the start page for %p', (asked) => {
    expect(safeRedirect(asked)).toBe(START_PAGE);
  });
});
