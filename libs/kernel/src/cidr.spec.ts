import { isCidr, isWithinCidrs } from './cidr';

describe('CIDRs', () => {
  it.each([
    ['10.1.2.3', ['10.0.0.0/8'], true],
    ['11.1.2.3', ['10.0.0.0/8'], false],
    ['::ffff:10.1.2.3', ['10.0.0.0/8'], true],
    ['10.1.2.3', ['192.168.0.0/16', '10.1.2.3'], true],
    ['::1', ['::1/128'], true],
    ['fe80::1', ['fe80::/10'], true],
    ['::1', ['127.0.0.0/8'], false],
    ['anything', [], true],
    ['anything', ['0.0.0.0/0'], false],
    ['10.1.2.3', ['0.0.0.0/0'], true],
  ])('%s within %j: %s', (address, cidrs, expected) => {
    expect(isWithinCidrs(address, cidrs)).toBe(expected);
  });

  it.each(['', 'x', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', '10.0.0/8', '::1/129', '10.0.0.0/8/8'])(
    '%s is none',
    (text) => {
      expect(isCidr(text)).toBe(false);
    },
  );
});
