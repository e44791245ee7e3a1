import { accessorFault } from './accessor-fault';

describe('an accessor', () => {
  it.each(['hvs.CAESIJ', 'hvb.AAAA', 'hvr.AAAA', 's.abc', 'b.abc', 'r.abc', ' hvs.CAESIJ\n'])(
    'that is the token %j is refused',
    (text) => expect(accessorFault(text)).toContain('Look up by token'),
  );

  it.each(['', 'hvs', 'shv.a', 'Wm0xYb7tN5qKcP2vLrD8sHfG', '0XbKr1.s9QTn', 'bs.a'])('%j is one', (text) =>
    expect(accessorFault(text)).toBeUndefined(),
  );
});
