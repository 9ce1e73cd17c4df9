import { lookup } from 'node:dns/promises';
import type { TenantName } from '@action-do/contracts';
import type { Clock } from '../ports.js';
import { NotSent } from './not-sent.js';

/**
 * Finds the addresses of a name, as text, for a tenant. Rejects where there are none, and when `signal` aborts; NotSent where
 * there is, or was till then, no room to ask.
 */
export type Resolve = (name: string, tenant: TenantName, signal: AbortSignal) => Promise<readonly string[]>;

/** Names that are being looked up, or wait for it. */
const NAMES_MAX = 256;
const NAMES_OF_A_TENANT_MAX = 64;
/** Names that are being looked up: what is more would wait inside the system, and nobody could tell it from a name that hangs. */
const LOOKS_MAX = 2;
/** How long a name may wait for its turn, milliseconds. */
const TURN_MS = 4_000;
/** How long an answer is used again, milliseconds. What it leads to is checked each time. */
const KNOWN_MS = 5_000;
const KNOWN_MAX = 1_024;
/** A tenant with a name that took longer, milliseconds, waits in one line with all who have such. */
const SLOW_MS = 1_000;
/** For so long, milliseconds: after that it was perhaps the system that was slow. */
const SLOW_FOR_MS = 60_000;
const SLOW_MAX = 1_024;

/** One name of one tenant, for all who want to know it meanwhile. */
interface Asked {
  readonly answer: Promise<readonly string[]>;
  readonly begin: () => void;
  readonly leave: () => void;
  isWaiting: boolean;
  askers: number;
}

/**
 * Resolves names as the machine does (its hosts file, its search domains). The system has two threads for that in one
 * process, which a name that is not answered holds for ten seconds and more. So
 *
 *  N1 a tenant has one name looked up at a time, and all together as many as there are threads: tenants in turn;
 *  N2 all tenants whose last name was slow, or is so now, have one at a time between them: whoever they are, they hold one
 *     thread; and a minute later that is forgotten, for whoever waits in that line may have been slow because the system was;
 *  N3 who does not come to their turn in time is told that there is no room, and not that there is no such name.
 */
export class SystemNames {
  /** By tenant, in the order of their turns, then by name. None is empty. */
  private readonly asked = new Map<TenantName, Map<string, Asked>>();
  /** Since when a name of a tenant is being looked up. */
  private readonly looking = new Map<TenantName, number>();
  private readonly known = new Map<
    string,
    { readonly addresses: readonly string[]; readonly untilMs: number }
  >();
  /** Until when a tenant counts for slow. */
  private readonly slow = new Map<TenantName, number>();
  private askedFor = 0;

  constructor(
    private readonly clock: Clock,
    private readonly look: (name: string) => Promise<readonly string[]> = lookUp,
  ) {}

  readonly resolve: Resolve = async (name, tenant, signal) => {
    const known = this.known.get(name);
    if (known !== undefined && this.clock.nowMs() < known.untilMs) return known.addresses;
    if (signal.aborted) throw busy();
    return this.answerOf(this.asked.get(tenant)?.get(name) ?? this.enter(name, tenant), signal);
  };

  private async answerOf(asked: Asked, signal: AbortSignal): Promise<readonly string[]> {
    let onAbort = (): void => {};
    const over = new Promise<never>((_, reject) => {
      onAbort = () => reject(asked.isWaiting ? busy() : new Error('it took too long'));
    });
    signal.addEventListener('abort', onAbort, { once: true });
    asked.askers++;
    try {
      return await Promise.race([asked.answer, over]);
    } finally {
      signal.removeEventListener('abort', onAbort);
      if (--asked.askers === 0 && asked.isWaiting) asked.leave();
    }
  }

  private enter(name: string, tenant: TenantName): Asked {
    const mine = this.asked.get(tenant) ?? new Map<string, Asked>();
    if (this.askedFor >= NAMES_MAX || mine.size >= NAMES_OF_A_TENANT_MAX) throw busy();
    let begin = (): void => {};
    let callOff = (): void => {};
    const leave = (): void => {
      callOff();
      if (mine.get(name) !== asked) return;
      mine.delete(name);
      this.askedFor--;
      if (mine.size === 0) this.asked.delete(tenant);
      this.next();
    };
    const answer = new Promise<readonly string[]>((resolve, reject) => {
      callOff = this.clock.after(TURN_MS, () => {
        leave();
        reject(busy());
      });
      begin = () => {
        callOff();
        asked.isWaiting = false;
        const ended = (): void => {
          // It was its turn: whoever came meanwhile is before it now.
          this.asked.delete(tenant);
          this.asked.set(tenant, mine);
          leave();
        };
        this.ask(name, tenant).finally(ended).then(resolve, reject);
      };
    });
    const asked: Asked = { answer, begin, leave, isWaiting: true, askers: 0 };
    this.asked.set(tenant, mine.set(name, asked));
    this.askedFor++;
    this.next();
    return asked;
  }

  /** N1, N2 */
  private next(): void {
    for (const [tenant, mine] of [...this.asked]) {
      if (this.looking.size >= LOOKS_MAX) return;
      if (this.looking.has(tenant) || (this.isSlow(tenant) && this.isOneSlow())) continue;
      const [first] = mine.values();
      first?.begin();
    }
  }

  private isSlow(tenant: TenantName): boolean {
    const untilMs = this.slow.get(tenant);
    return untilMs !== undefined && this.clock.nowMs() < untilMs;
  }

  private isOneSlow(): boolean {
    const nowMs = this.clock.nowMs();
    return [...this.looking].some(([tenant, fromMs]) => this.isSlow(tenant) || nowMs - fromMs > SLOW_MS);
  }

  private async ask(name: string, tenant: TenantName): Promise<readonly string[]> {
    const fromMs = this.clock.nowMs();
    this.looking.set(tenant, fromMs);
    try {
      const addresses = await this.look(name);
      this.learn(name, addresses);
      return addresses;
    } finally {
      this.looking.delete(tenant);
      const nowMs = this.clock.nowMs();
      this.slow.delete(tenant);
      if (nowMs - fromMs > SLOW_MS) {
        makeRoom(this.slow, SLOW_MAX);
        this.slow.set(tenant, nowMs + SLOW_FOR_MS);
      }
    }
  }

  private learn(name: string, addresses: readonly string[]): void {
    this.known.delete(name);
    makeRoom(this.known, KNOWN_MAX);
    this.known.set(name, { addresses, untilMs: this.clock.nowMs() + KNOWN_MS });
  }
}

/** Forgets the oldest where there are `max`. */
function makeRoom<K>(map: Map<K, unknown>, max: number): void {
  const [oldest] = map.size >= max ? map.keys() : [];
  if (oldest !== undefined) map.delete(oldest);
}

const busy = (): NotSent => new NotSent('HTTP_BUSY', 'too many names are being looked up');

const lookUp = async (name: string): Promise<readonly string[]> =>
  (await lookup(name, { all: true, verbatim: true })).map(({ address }) => address);
