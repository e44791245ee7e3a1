import { type ErrorCode, TidelockError } from '@tidelock/kernel';
import type { ReplicationNode } from '@tidelock/replication';
import { PrimaryRevocation } from './primary-revocation';

const SECRET = { leaseId: `database/creds/app/${'x'.repeat(24)}`, issuedAt: 1, internal: { user: 'v-1' } };

/** A secondary whose primary answers so, and what it was asked. */
function secondary(answer: () => unknown, connectionState = 'ready') {
  const asked: unknown[] = [];
  const awaited: number[] = [];
  const node = {
    asSecondary: { primary: { connectionState, probe: async () => 7 } },
    callPrimary: async (...call: unknown[]) => (asked.push(call.slice(0, 2)), answer()),
  } as unknown as ReplicationNode;
  const store = { waitForIndex: async (index: number) => (awaited.push(index), true) };
  return { revocation: new PrimaryRevocation(node, store, { waitMilliseconds: 5 }), asked, awaited };
}

describe('A revocation on the primary', () => {
  it('tells the lease, its mount, when it was given and what its engine put into it, and awaits the change', async () => {
    const { revocation, asked, awaited } = secondary(() => ({ index: 9 }));
    expect(await revocation.undo({ ...SECRET, mount: 'database_1' })).toBe(true);
    const body = { path: SECRET.leaseId, mount: 'database_1', issuedAt: 1, internal: '{"user":"v-1"}' };
    expect([asked, awaited]).toEqual([[['revoke-lease', body]], [9]]);
  });

  it('awaits all that the primary has by then, where that had nothing left to change', async () => {
    const { revocation, awaited } = secondary(() => ({ index: 0 }));
    await revocation.undo(SECRET);
    expect(awaited).toEqual([7]);
  });

  it.each(['transient_failure', 'connecting', 'shutdown'])('is not asked for over a link that is %s', async (state) => {
    const { revocation, asked } = secondary(() => ({ index: 9 }), state);
    await expect(revocation.undo(SECRET)).rejects.toMatchObject({ code: 'PRIMARY_UNREACHABLE' });
    expect(asked).toEqual([]);
  });

  it.each<ErrorCode>(['SEALED', 'STORAGE_FULL', 'FENCED', 'COMMIT_UNKNOWN', 'READ_ONLY_REPLICA', 'UNSUPPORTED_PATH'])(
    'cannot be done now where the primary says %s',
    async (code) => {
      const { revocation } = secondary(() => Promise.reject(new TidelockError(code)));
      await expect(revocation.undo(SECRET)).rejects.toMatchObject({
        code: 'PRIMARY_UNREACHABLE',
        errors: [expect.stringMatching(/^the primary cannot undo it now: /)],
      });
    },
  );

  it.each<ErrorCode>(['INTERNAL', 'NO_HANDLER', 'PERMISSION_DENIED', 'INVALID_REQUEST', 'OUTSIDE_UNANSWERED'])(
    'has failed where the primary says %s',
    async (code) => {
      const { revocation } = secondary(() => Promise.reject(new TidelockError(code)));
      await expect(revocation.undo(SECRET)).rejects.toMatchObject({ code });
    },
  );
});
