/** A secondary that calls, and waits as long as it takes. */
export const peer = {
  secondaryId: 'us',
  certificate: 'print',
  remoteAddress: '192.0.2.1',
  remotePort: 4711,
  session: {},
  timely: { require: () => undefined, left: () => Infinity },
};
