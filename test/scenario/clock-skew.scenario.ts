import { type Api, eventually, type Json } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { MovableClock } from '../harness/movable-clock';
import { KAFKA, newTopicPrefix } from '../harness/services';

const HOUR = 3_600_000;

// Clocks jump, on either side, forward and back: replication goes on, no figure turns negative, tokens live by their own cluster's clock.
describe('clocks that jump', () => {
  const clocks = { primary: new MovableClock(), secondary: new MovableClock() };
  let primary: Cluster;
  let secondary: Cluster;
  let written = 0;

  beforeAll(async () => {
    const order = { kafka: KAFKA, topicPrefix: newTopicPrefix('clock'), storage: 'sqlite' as const };
    primary = await Cluster.start({ ...order, env: clocks.primary.environment });
    await primary.enablePrimary();
    // Two hours behind its primary already when it joins.
    clocks.secondary.runAhead(-2 * HOUR);
    secondary = await Cluster.start({ ...order, env: clocks.secondary.environment });
    await secondary.join(primary, 'us-east');
    await primary.root.must('POST', 'sys/mounts/kv', { type: 'kv' });
    await secondary.untilInStepWith(primary);
    await secondary.generateRoot();
  });
  afterAll(() => Promise.all([primary, secondary].map((cluster) => cluster.server.stop())));

  const skewOf = (entries: readonly Json[]): number => Number(entries[0]?.clock_skew_ms);
  /** Streams both ways, and shows how far the clocks are apart (from the secondary's view: the primary ahead is positive). */
  const expectReplicationGoesOn = async (aheadMs: number) => {
    const key = `kv/${(written += 1)}`;
    await primary.root.must('POST', key, { value: `write ${written}` });
    await secondary.untilInStepWith(primary);
    expect((await secondary.root.get(key)).body.data.value).toBe(`write ${written}`);
    const forwarded = await secondary.root.post('kv/forwarded', { value: `forwarded ${written}` });
    expect(forwarded.status).toBeLessThan(300);
    expect((await secondary.root.get('kv/forwarded')).body.data.value).toBe(`forwarded ${written}`);
    const near = (skew: number, wanted: number) => Math.abs(skew - wanted) < 60_000;
    await eventually('the skew to be told on both sides', async () => {
      const [there, here] = [await primary.status(), await secondary.status()];
      for (const { lag_seconds: lag, replication_primary_canary_age_ms: age } of [
        here,
        ...there.secondaries,
        ...here.primaries,
      ]) {
        expect(lag ?? 0).toBeGreaterThanOrEqual(0);
        expect(Number(age ?? 0)).toBeGreaterThanOrEqual(0);
      }
      expect(here.lag_mutations).toBeGreaterThanOrEqual(0);
      return (
        here.connection_state === 'ready' &&
        near(skewOf(here.primaries), aheadMs) &&
        near(skewOf(there.secondaries), -aheadMs)
      );
    });
    await eventually('no lag to remain', async () => (await secondary.status()).lag_seconds === 0);
  };
  const isValid = async (api: Api): Promise<boolean> => (await api.get('auth/token/lookup-self')).status === 200;
  const tokenFor = async (minutes: number): Promise<Api> => {
    const { auth } = await secondary.root.must('POST', 'auth/token/create', {
      policies: ['default'],
      ttl: `${minutes}m`,
    });
    return secondary.root.as(auth.client_token);
  };

  it('lets a secondary join whose clock is two hours behind', () => expectReplicationGoesOn(2 * HOUR));

  it('goes on when the secondary jumps forward; its tokens expire by its own clock', async () => {
    const token = await tokenFor(60);
    expect(await isValid(token)).toBe(true);
    clocks.secondary.runAhead(0);
    // The server looks at its clock's file every now and then.
    await eventually('the token to be out of date', async () => !(await isValid(token)));
    await expectReplicationGoesOn(0);
    expect(await isValid(await tokenFor(60))).toBe(true);
  });

  it('goes on when the secondary jumps back; what has not expired lives on', async () => {
    const token = await tokenFor(60);
    clocks.secondary.runAhead(-3 * HOUR);
    expect(await isValid(token)).toBe(true);
    await expectReplicationGoesOn(3 * HOUR);
    clocks.secondary.runAhead(0);
    expect(await isValid(token)).toBe(true);
  });

  it('goes on when the primary jumps forward, then back behind where it was', async () => {
    clocks.primary.runAhead(5 * HOUR);
    await expectReplicationGoesOn(5 * HOUR);
    clocks.primary.runAhead(-5 * HOUR);
    await expectReplicationGoesOn(-5 * HOUR);
  });

  it('goes on after restarts with clocks apart', async () => {
    clocks.secondary.runAhead(4 * HOUR);
    await secondary.server.stop();
    await primary.root.must('POST', 'kv/while-away', { value: 'x' });
    await primary.server.stop();
    await primary.restart();
    await secondary.restart();
    await expectReplicationGoesOn(-9 * HOUR);
    expect((await secondary.root.get('kv/while-away')).body.data.value).toBe('x');
  });
});
