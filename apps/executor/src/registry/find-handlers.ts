import type { ActionRef, Handlers, TenantName } from '@action-do/contracts';
import { StoreUnavailable } from '@action-do/event-store';
import { type Clock, pause } from '../ports.js';
import type { ActionRegistry } from './action-registry.js';
import type { ActionLookup } from './look-up-action.js';

/** Versions of one question that are looked for at a time. */
const AT_ONCE_MAX = 32;
/** How long all of them together are looked for: what is not known by then is `unknown`. */
const LOOK_MS = 1_000;

/**
 * Whether somebody is there who would perform a call now, for a catalogue. Of what other executors perform in their own
 * processes nothing is said: that one of them registered it does not tell that it still runs. Where there is no other,
 * what this one does not define nobody performs; a version that its module left out is such a one, whatever is under way.
 */
export class FindHandlers {
  constructor(
    private readonly registry: Pick<ActionRegistry, 'isOwn'>,
    private readonly lookup: Pick<ActionLookup, 'findKnown'>,
    private readonly clock: Clock,
    private readonly sharesLog: boolean,
  ) {}

  /** In the order of the question. */
  async find(tenant: TenantName, versions: readonly ActionRef[]): Promise<Handlers[]> {
    const found = versions.map((): Handlers => 'unknown');
    const ended = new AbortController();
    let next = 0;
    const look = async (): Promise<void> => {
      while (!ended.signal.aborted) {
        const at = next++;
        const version = versions[at];
        if (version === undefined) return;
        found[at] = await this.one(tenant, version);
      }
    };
    const all = Promise.all(Array.from({ length: Math.min(AT_ONCE_MAX, versions.length) }, look));
    try {
      await Promise.race([all, pause(this.clock, LOOK_MS, ended.signal)]);
    } finally {
      ended.abort();
    }
    // Who is still being looked for writes into the other one.
    return [...found];
  }

  private async one(tenant: TenantName, { name, version }: ActionRef): Promise<Handlers> {
    if (this.registry.isOwn(name, version)) return 'present';
    try {
      const action = await this.lookup.findKnown(tenant, name, version);
      const elsewhere = action?.performer.elsewhere;
      if (elsewhere === undefined) return this.sharesLog ? 'unknown' : 'absent';
      return (await elsewhere.look?.()) ?? 'unknown';
    } catch (error) {
      if (error instanceof StoreUnavailable) return 'unknown';
      throw error;
    }
  }
}
