import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * Whether a client at `remoteAddress` may use a token bound to `cidrs` (`10.0.0.0/8`, `::1`, or a bare address).
 * No CIDRs: everybody. An address that cannot be read matches nothing.
 */
export function isWithinCidrs(remoteAddress: string, cidrs: readonly string[]): boolean {
  if (cidrs.length === 0) return true;
  const address = remoteAddress.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!isIPv4(address) && !isIPv6(address)) return false;
  const list = new BlockList();
  for (const cidr of cidrs) addCidr(list, cidr);
  return list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

/** Whether `text` is an address or an address with a prefix length. */
export function isCidr(text: string): boolean {
  return addCidr(new BlockList(), text);
}

function addCidr(list: BlockList, cidr: string): boolean {
  const [network = '', prefix, ...more] = cidr.split('/');
  const family = isIPv4(network) ? 'ipv4' : isIPv6(network) ? 'ipv6' : undefined;
  const widest = family === 'ipv4' ? 32 : 128;
  const length = prefix === undefined ? widest : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
  if (family === undefined || more.length > 0 || length < 0 || length > widest) return false;
  list.addSubnet(network, length, family);
  return true;
}
