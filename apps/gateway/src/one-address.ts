import { lookup } from 'node:dns/promises';

type Lookup = (
  host: string,
  options: { all: true },
) => Promise<readonly { address: string; family: number }[]>;

/**
 * Of `localhost`, which Fastify would listen to on a second server of its own, that nobody drains; IPv4 where there is both.
 * Anything else is what it is.
 */
export async function oneAddress(host: string, look: Lookup = lookup): Promise<string> {
  if (host !== 'localhost') return host;
  const addresses = await look(host, { all: true });
  return (addresses.find(({ family }) => family === 4) ?? addresses[0])?.address ?? '127.0.0.1';
}
