import { lookup } from 'node:dns/promises';

/** Finds the addresses of a name, as text. Rejects where there are none. */
export type Resolve = (name: string) => Promise<readonly string[]>;

/** Names that are being looked up at once. The system has a thread or two for that. */
const NAMES_MAX = 256;

/** As the machine resolves names (its hosts file, its search domains), and one question at a time for each name. */
export function systemResolve(look = lookUp): Resolve {
  const asking = new Map<string, Promise<readonly string[]>>();
  return (name) => {
    const known = asking.get(name);
    if (known !== undefined) return known;
    if (asking.size >= NAMES_MAX) return Promise.reject(new Error(`${NAMES_MAX} names are being looked up`));
    const answer = look(name).finally(() => asking.delete(name));
    asking.set(name, answer);
    return answer;
  };
}

const lookUp: Resolve = async (name) =>
  (await lookup(name, { all: true, verbatim: true })).map(({ address }) => address);
