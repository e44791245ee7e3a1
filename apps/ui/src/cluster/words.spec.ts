import type { PerformanceStatus, PrimaryStatus, SecondaryStatus } from '@tidelock/api-answers';
import { clusterHealth, replicationHealth, roleName } from './words';

const secondary = (state: string, connection_state: string) =>
  ({ mode: 'secondary', state, connection_state }) as SecondaryStatus;
const primary = (brokerUp: boolean) => ({ mode: 'primary', state: 'running', stream: { brokerUp } }) as PrimaryStatus;
const off: PerformanceStatus = { mode: 'disabled' };

describe('words for the cluster', () => {
  it('name its role', () => {
    expect([undefined, off, primary(true), secondary('idle', 'ready')].map(roleName)).toEqual([
      'Reading the status…',
      'Replication is off',
      'Performance Primary',
      'Performance Secondary',
    ]);
  });

  it('take the worse of what a secondary applies and whom it hears', () => {
    expect(replicationHealth(secondary('stream-wals', 'ready'))).toBe('ok');
    expect(replicationHealth(secondary('stream-wals', 'transient_failure'))).toBe('down');
    expect(replicationHealth(secondary('merkle-sync', 'ready'))).toBe('syncing');
    expect(replicationHealth(primary(false))).toBe('down');
  });

  it('say nothing good of a cluster that is sealed, or does not answer', () => {
    const health = { initialized: true, sealed: false, version: '1' };
    const status = { health, replication: off, unreachable: false, readAt: 1 };
    expect(clusterHealth(status)).toBe('ok');
    expect(clusterHealth({ ...status, health: { ...health, sealed: true } })).toBe('bad');
    expect(clusterHealth({ ...status, unreachable: true })).toBe('unknown');
  });
});
