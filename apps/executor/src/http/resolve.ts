import { lookup } from 'node:dns/promises';
import type { TenantName } from '@action-do/contracts';
import type { Clock } from '../ports.js';
import { NotSent } from './not-sent.js';

/** Finds the addresses of a name, as text, for a tenant. Rejects where there are none; NotSent where there is no room to ask. */
export type Resolve = (name: string, tenant: TenantName) => Promise<readonly string[]>;

/** Names that are being looked up, or wait for it. */
const NAMES_MAX = 256;
const NAMES_OF_A_TENANT_MAX = 64;
/** How long a name may wait for its turn, milliseconds. */
const TURN_MS = 4_000;
/** How long an answer is used again, milliseconds. What it leads to is checked each time. */
const KNOWN_MS = 5_000;
const KNOWN_MAX = 1_024;
/** A tenant with a name that took longer, milliseconds, waits in one line with all who have such. */
const SLOW_MS = 1_000;
const SLOW_MAX = 1_024;

/**
 * Resolves names as the machine does (its hosts file, its search domains). The system has two threads for that in one
 * process, which a name that is not answered holds for ten seconds and more. So
 *
 *  N1 a tenant has one name looked up at a time;
 *  N2 all tenants whose last name was slow have one at a time between them: whoever they are, they hold one thread;
 *  N3 who does not come to their turn in time is told that there is no room, and not that there is no such name.
 */
export class SystemNames {
  /** The newest look-up of a tenant, or of all that are slow. */
  private readonly lines = new Map<TenantName | typeof OF_THE_SLOW, Promise<void>>();
  /** By tenant, then by name. */
  private readonly asking = new Map<TenantName, Map<string, Promise<readonly string[]>>>();
  private readonly known = new Map<
    string,
    { readonly addresses: readonly string[]; readonly untilMs: number }
  >();
  private readonly slow = new Set<TenantName>();
  private askedFor = 0;

  constructor(
    private readonly clock: Clock,
    private readonly look: (name: string) => Promise<readonly string[]> = lookUp,
  ) {}

  readonly resolve: Resolve = async (name, tenant) => {
    const known = this.known.get(name);
    if (known !== undefined && this.clock.nowMs() < known.untilMs) return known.addresses;
    const mine = this.asking.get(tenant) ?? new Map<string, Promise<readonly string[]>>();
    const asked = mine.get(name);
    if (asked !== undefined) return asked;
    if (this.askedFor >= NAMES_MAX || mine.size >= NAMES_OF_A_TENANT_MAX) throw busy();
    this.asking.set(tenant, mine);
    this.askedFor++;
    const answer = this.inTurn(name, tenant).finally(() => {
      this.askedFor--;
      mine.delete(name);
      if (mine.size === 0) this.asking.delete(tenant);
    });
    mine.set(name, answer);
    return answer;
  };

  /** N1, N2, N3 */
  private inTurn(name: string, tenant: TenantName): Promise<readonly string[]> {
    const line = this.slow.has(tenant) ? OF_THE_SLOW : tenant;
    const before = this.lines.get(line) ?? Promise.resolve();
    return new Promise((resolve, reject) => {
      let isLate = false;
      const callOff = this.clock.after(TURN_MS, () => {
        isLate = true;
        reject(busy());
      });
      const turn = before.then(async () => {
        callOff();
        if (!isLate) await this.ask(name, tenant).then(resolve, reject);
        if (this.lines.get(line) === turn) this.lines.delete(line);
      });
      this.lines.set(line, turn);
    });
  }

  private async ask(name: string, tenant: TenantName): Promise<readonly string[]> {
    const fromMs = this.clock.nowMs();
    try {
      const addresses = await this.look(name);
      this.learn(name, addresses);
      return addresses;
    } finally {
      const isSlow = this.clock.nowMs() - fromMs > SLOW_MS;
      this.slow.delete(tenant);
      if (isSlow && this.slow.size < SLOW_MAX) this.slow.add(tenant);
    }
  }

  private learn(name: string, addresses: readonly string[]): void {
    this.known.delete(name);
    const [oldest] = this.known.size >= KNOWN_MAX ? this.known.keys() : [];
    if (oldest !== undefined) this.known.delete(oldest);
    this.known.set(name, { addresses, untilMs: this.clock.nowMs() + KNOWN_MS });
  }
}

const OF_THE_SLOW = Symbol('of the slow');

const busy = (): NotSent => new NotSent('HTTP_BUSY', 'too many names are being looked up');

const lookUp = async (name: string): Promise<readonly string[]> =>
  (await lookup(name, { all: true, verbatim: true })).map(({ address }) => address);
