import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * Whether `address` lies in one of `cidrs` (`10.0.0.0/8`, `::1/128`, or a bare address). No CIDRs: everybody does. An
 * address that cannot be read lies nowhere.
 */
export function isWithinCidrs(address: string, cidrs: readonly string[]): boolean {
  if (cidrs.length === 0) return true;
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  const family = familyOf(plain);
  if (family === undefined) return false;
  const list = new BlockList();
  for (const cidr of cidrs) addCidr(list, cidr);
  return list.check(plain, family);
}

/** Whether `text` is an address, or an address with a prefix length. */
export const isCidr = (text: string): boolean => addCidr(new BlockList(), text);

function addCidr(list: BlockList, cidr: string): boolean {
  const parsed = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(cidr);
  const family = familyOf(parsed?.[1] ?? '');
  if (parsed === null || family === undefined) return false;
  const widest = family === 'ipv4' ? 32 : 128;
  const length = Number(parsed[2] ?? widest);
  if (length > widest) return false;
  list.addSubnet(parsed[1] as string, length, family);
  return true;
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  if (isIPv4(address)) return 'ipv4';
  return isIPv6(address) ? 'ipv6' : undefined;
}
