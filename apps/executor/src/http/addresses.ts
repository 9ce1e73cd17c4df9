import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Said to be public, and yet of the machine that asks: Azure's platform answers there. */
const WITHIN_CLOUDS = ipaddr.parse('168.63.129.16');
/** What is given out as global unicast; the rest of IPv6 is special or nobody's yet. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** Null for what is no address in full: short, octal and hexadecimal forms are none here. An IPv4 in an IPv6 is that IPv4. */
export function parseAddress(text: string): Address | null {
  if (isIP(text) === 0 || text.includes('%')) return null;
  return ipaddr.process(text);
}

/** Whether the address is one of the internet, and not of this machine, a private network, a tunnel or nobody. */
export function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  if (address instanceof ipaddr.IPv6) return address.match(GLOBAL_UNICAST);
  return address.toString() !== WITHIN_CLOUDS.toString();
}

export const isLoopback = (address: Address): boolean => address.range() === 'loopback';

/** A network, or one address as a network of its own. */
export type Network = [Address, number];

/** Null for what is none. An IPv4 network is written as one. */
export function parseNetwork(text: string): Network | null {
  const [base = '', bits, ...more] = text.split('/');
  const address = isIP(base) === 0 || base.includes('%') ? null : ipaddr.parse(base);
  if (address === null || more.length > 0) return null;
  const full = address.kind() === 'ipv4' ? 32 : 128;
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress()) return null;
  if (bits === undefined) return [address, full];
  return /^\d{1,3}$/.test(bits) && Number(bits) <= full ? [address, Number(bits)] : null;
}

export const isWithin = (address: Address, [base, bits]: Network): boolean =>
  address.kind() === base.kind() && address.match(base, bits);
