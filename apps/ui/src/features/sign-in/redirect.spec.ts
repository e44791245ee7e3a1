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
    '/vault/../../evil',
    '/vault/%2e%2e/evil',
    '/vault/x/../auth',
    'javascript:alert(1)',
  ])('is the start page for %p', (asked) => {
    expect(safeRedirect(asked)).toBe(START_PAGE);
  });
});
