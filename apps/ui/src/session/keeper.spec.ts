import type { Session } from './session';

jest.mock('./tabs', () => ({ idleMs: () => 0, renew: () => undefined }));

const NOW = Date.parse('2026-01-01T00:00:00Z');
const session: Session = {
  token: 't',
  name: 'n',
  expires: NOW + 600_000,
  ttlSeconds: 10_000,
  renewable: true,
  madeHere: true,
};

describe('a session that is renewed', () => {
  const original = globalThis.fetch;
  afterEach(() => {
    globalThis.fetch = original;
    jest.useRealTimers();
  });

  it('is due again by what it was given, which may be less than at first', async () => {
    jest.useFakeTimers({ now: NOW });
    const { renewed } = await import('./keeper');
    globalThis.fetch = () => Promise.resolve(Response.json({ auth: { lease_duration: 900, renewable: true } }));
    expect(await renewed(session)).toEqual({ ...session, expires: NOW + 900_000, ttlSeconds: 900 });
  });
});
