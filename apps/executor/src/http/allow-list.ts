import { type Address, isLoopback, isPublic, isWithin, type Network, parseNetwork } from './addresses.js';
import type { Target } from './target.js';

/** One entry: hosts by their name, or addresses. */
interface Entry {
  readonly port: number | null;
  readonly name: ((host: string) => boolean) | null;
  readonly network: Network | null;
  /** `localhost`: by its name, and then at the addresses of this machine. */
  readonly isLocalhost: boolean;
}

const PORT_MAX = 65_535;
const ENTRIES_MAX = 1_000;

/**
 * `DO_HTTP_ALLOW`: where actions may be performed over HTTP. `billing.example.com`, `*.example.com` (names under it),
 * `localhost`, `10.0.0.7`, `10.0.0.0/8`, `fd00::/8`, `*` (whatever is public); each with `:<port>` for that port alone, an
 * IPv6 then in brackets.
 *
 *  A1 a host is allowed by its own name or address, or by `*`;
 *  A2 an address is allowed that is public, or that is listed itself: so no name, whatever it resolves to, leads into a
 *     network that nobody listed;
 *  A3 what is not encrypted goes only to addresses that are listed themselves.
 */
export class AllowList {
  static readonly NOTHING = new AllowList([], '');

  private constructor(
    private readonly entries: readonly Entry[],
    private readonly text: string,
  ) {}

  /** @throws RangeError with the entry that is none */
  static parse(text: string): AllowList {
    const texts = text
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '');
    if (texts.length > ENTRIES_MAX)
      throw new RangeError(`has ${texts.length} entries, at most ${ENTRIES_MAX}`);
    return new AllowList(texts.map(parseEntry), texts.join(','));
  }

  toString(): string {
    return this.text;
  }

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  /** A1. Whether whoever is called so may be asked at all, wherever that leads. */
  allowsHost({ host, address, port }: Target): boolean {
    return this.at(port).some(({ name, network }) => {
      if (address === null) return name?.(host) ?? false;
      return network === null ? name === anyName && isPublic(address) : isWithin(address, network);
    });
  }

  /** A2, A3. Whether this address of the target may be connected to. */
  allowsAddress(address: Address, target: Target): boolean {
    return (target.isSecure && isPublic(address)) || this.lists(address, target);
  }

  private lists(address: Address, { host, port }: Target): boolean {
    return this.at(port).some(({ network, isLocalhost }) =>
      network === null
        ? isLocalhost && host === LOCALHOST && isLoopback(address)
        : isWithin(address, network),
    );
  }

  private at(port: number): Entry[] {
    return this.entries.filter((entry) => entry.port === null || entry.port === port);
  }
}

const LOCALHOST = 'localhost';
const anyName = (): boolean => true;

function parseEntry(text: string): Entry {
  const { host, port } = withoutPort(text);
  const network = parseNetwork(host);
  if (network !== null) return { port, name: null, network, isLocalhost: false };
  return { port, name: nameOf(host, text), network: null, isLocalhost: host.toLowerCase() === LOCALHOST };
}

function withoutPort(text: string): { host: string; port: number | null } {
  const bracketed = /^\[([^[\]]+)\](?::(\d{1,5}))?$/.exec(text);
  const plain = bracketed ?? /^([^:]+)(?::(\d{1,5}))?$/.exec(text);
  // With more colons than one it can only be an IPv6, all of it.
  const [, host = text, digits] = plain ?? [];
  const port = digits === undefined ? null : Number(digits);
  if (port !== null && (port < 1 || port > PORT_MAX)) throw wrong(text, 'has no port from 1 to 65535');
  return { host, port };
}

function nameOf(host: string, text: string): (given: string) => boolean {
  if (host === '*') return anyName;
  const isUnder = host.startsWith('*.');
  const name = isUnder ? host.slice(2) : host;
  const hostname = /^[^\s/?#@:\\[\]*%]+$/.test(name) ? hostnameOf(name) : null;
  if (hostname === null || hostname.endsWith('.')) throw wrong(text, 'is no host, address or network');
  // `0x7f.1` means 127.0.0.1 to whoever parses it.
  if (parseNetwork(hostname) !== null) throw wrong(text, `is an address: write ${hostname}`);
  return isUnder ? (given) => given.endsWith(`.${hostname}`) : (given) => given === hostname;
}

const hostnameOf = (name: string): string | null =>
  URL.canParse(`https://${name}`) ? new URL(`https://${name}`).hostname : null;

const wrong = (text: string, what: string): RangeError => new RangeError(`${JSON.stringify(text)} ${what}`);
