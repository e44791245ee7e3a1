import { setImmediate } from 'node:timers/promises';
import { silentLogger } from '@tidelock/kernel';
import { CertificateWatch } from './certificate-watch';

describe("The watch over a secondary's certificate", () => {
  const barrier = { sealed: false, term: 1 };
  const renew = jest.fn<Promise<void>, [boolean]>();
  const finish = jest.fn<Promise<void>, []>();
  let certificate: { renew: (wanted?: boolean) => Promise<void>; finish: () => Promise<void>; isUnderWay: boolean };
  let watch: CertificateWatch;
  beforeEach(() => {
    Object.assign(barrier, { sealed: false, term: 1 });
    renew.mockReset().mockResolvedValue(undefined);
    finish.mockReset().mockResolvedValue(undefined);
    certificate = { renew: (wanted = false) => renew(wanted), finish, isUnderWay: false };
    watch = new CertificateWatch(barrier, certificate, silentLogger);
  });

  const look = async (wanted = false): Promise<boolean[]> => {
    const before = renew.mock.calls.length;
    watch.look(wanted);
    await setImmediate();
    return renew.mock.calls.slice(before).map(([asked]) => asked);
  };

  it('looks once for each data key of the barrier, and whenever the primary wants it', async () => {
    expect(await look()).toEqual([false]);
    expect(await look()).toEqual([]);
    expect(await look(true)).toEqual([true]);
    barrier.term = 2;
    expect(await look()).toEqual([false]);
    expect(await look()).toEqual([]);
  });

  it('leaves alone what the primary wants of the one that is being replaced: the next heartbeat tells again', async () => {
    certificate.isUnderWay = true;
    expect(await look(true)).toEqual([]);
    certificate.isUnderWay = false;
    expect(await look(true)).toEqual([true]);
  });

  it('finds out about a certificate that the primary refuses, and renews the one that comes back', async () => {
    expect(await look()).toEqual([false]);
    watch.refused();
    expect(await look()).toEqual([]);
    finish.mockRejectedValueOnce(new Error('not known'));
    watch.refused();
    await setImmediate();
    expect(await look()).toEqual([false]);
    barrier.sealed = true;
    watch.refused();
    expect(finish).toHaveBeenCalledTimes(2);
  });

  it('tries again what has failed, and nothing while the barrier is sealed', async () => {
    barrier.sealed = true;
    expect(await look(true)).toEqual([]);
    barrier.sealed = false;
    renew.mockRejectedValueOnce(new Error('away'));
    expect(await look()).toEqual([false]);
    expect(await look()).toEqual([false]);
    expect(await look()).toEqual([]);
  });
});
