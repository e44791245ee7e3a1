import type { PrimaryStatus, SecondaryStatus } from '@tidelock/api-answers';
import { pictureOfPrimary, pictureOfSecondary } from './picture';

const heard = (node_id: string, more: object = {}) => ({
  node_id,
  connection_status: 'connected',
  api_address: `https://${node_id}`,
  stream: 'full',
  lag_ms: 21,
  lag_mutations: 2,
  ...more,
});
const primary = (secondaries: readonly object[], more: object = {}) =>
  ({
    known_secondaries: ['east', 'west', 'south'],
    known_secondary_token_expires: { south: '2026-01-01T00:21:00Z' },
    epoch: 1,
    last_performance_wal: 10_887,
    stream: { brokerUp: true, pendingRows: 0 },
    secondaries,
    ...more,
  }) as unknown as PrimaryStatus;
const NOON = Date.parse('2026-01-01T00:00:00Z');
const edges = (status: PrimaryStatus) => pictureOfPrimary(status, NOON).secondaries.map(({ edge }) => edge);
const notes = (status: PrimaryStatus, now = NOON) => pictureOfPrimary(status, now).secondaries.map(({ note }) => note);

describe('the picture of a set', () => {
  it('has the lag of each secondary on its edge', () => {
    expect(
      edges(primary([heard('east'), heard('west', { connection_status: 'disconnected', lag_mutations: 412 })])),
    ).toEqual([
      { kind: 'flows', label: '21 ms · 2 behind' },
      { kind: 'cut', label: 'disconnected · 412 behind' },
      { kind: 'awaited', label: 'not joined yet' },
    ]);
  });

  it('says what each is given, and how long a token is still good', () => {
    const status = primary([heard('east'), heard('west', { stream: '7', hidden_mounts: 2 })]);
    expect(notes(status)).toEqual(['connected · everything', 'connected · filtered: 2 hidden', 'token valid 21 min']);
    expect(notes(status, NOON + 3_600_000)[2]).toBe('token has ended');
    expect(notes(primary([], { known_secondary_token_expires: undefined }))[2]).toBe('token not used yet');
  });

  it('has nothing move while Kafka is away, and says what waits', () => {
    const status = primary([heard('east')], { stream: { brokerUp: false, pendingRows: 1204 } });
    expect(pictureOfPrimary(status, NOON).primary.edge).toEqual({ kind: 'cut', label: '1,204 waiting' });
    expect(edges(status)[0]?.kind).toBe('cut');
  });

  it('is the same from a secondary, with its primary and itself', () => {
    const status = {
      secondary_id: 'east',
      state: 'stream-wals',
      connection_state: 'transient_failure',
      primaries: [{ api_address: 'https://west' }],
      stream_followed: 'full',
      lag_ms: 40,
    } as unknown as SecondaryStatus;
    expect(pictureOfSecondary(status)).toMatchObject({
      primary: { address: 'https://west', edge: { kind: 'awaited' } },
      secondaries: [{ name: 'east, this cluster', edge: { kind: 'flows', label: '40 ms' } }],
    });
    const stopped = pictureOfSecondary({ ...status, state: 'idle' });
    expect(stopped.secondaries[0]?.edge).toEqual({ kind: 'cut', label: 'stands still' });
  });
});
