import { ActionName, type ActionRef, type TenantName } from '@action-do/contracts';
import { NOTHING_REGISTERED, newestOffered, type RegistryState } from '@action-do/domain';
import type { Clock } from '../ports.js';
import type { ActionRegistry } from './action-registry.js';
import type { RegisteredAction } from './registered-action.js';
import type { RegistryLog } from './registry-log.js';

/** How long what others registered may go unseen, where an older contract is known. */
const REMEMBER_MS = 1_000;
const REMEMBER_NAMES_MAX = 10_000;

/**
 * Finds the action of a call. What this process performs itself it knows; the contracts of workers are in the log, and
 * are read from the action's own stream when it is asked for, at most once a second, and once more for a call that would
 * be refused otherwise, but for a retired version that it names. Following the log instead cost every execution 11 µs, and
 * every start 12 s for a million executions in it.
 */
export class ActionLookup {
  private readonly looked = new Map<string, { untilMs: number; done: Promise<boolean> }>();

  constructor(
    private readonly registry: ActionRegistry,
    private readonly log: Pick<RegistryLog, 'load'>,
    private readonly clock: Clock,
    private readonly sharesLog: boolean,
  ) {}

  /**
   * As `find`, for an execution under way, which names its version: what is performed elsewhere may have moved since it
   * began, or be asked with another secret. Content with what is known here where the log cannot be read, and where nobody
   * else writes to it.
   */
  async findKnown(tenant: TenantName, name: string, version: number): Promise<RegisteredAction | null> {
    const known = this.registry.find(tenant, name, version);
    if (known === null) return this.find(tenant, name, version);
    if (known.performer.elsewhere === undefined || !this.sharesLog) return known;
    return this.look(tenant, name).then(
      () => this.registry.find(tenant, name, version),
      () => known,
    );
  }

  /** One that takes new work, or one that is retired; null where there is none. @throws StoreUnavailable the log cannot be read */
  async find(tenant: TenantName, name: string, version?: number): Promise<RegisteredAction | null> {
    const mayBeOld = this.isRemembered(tenant, name);
    await this.look(tenant, name);
    const found = this.registry.find(tenant, name, version);
    // That the version which is named is retired stays so; where none is named there may be another by now.
    const isRefused =
      found === null ||
      (version === undefined && this.registry.retirement(tenant, name, found.version) !== null);
    if (!isRefused || !mayBeOld || !ActionName.safeParse(name).success) return found;
    // Not there a moment ago: whoever asks may just have been told, by another executor, that it is.
    await this.read(tenant, name);
    return this.registry.find(tenant, name, version);
  }

  /** Somebody registered a version: what is remembered of the action, and what is being read, may be old. */
  forget(tenant: string, name: string): void {
    this.looked.delete(nameOf(tenant, name));
  }

  /** What the log says of an action now. @throws StoreUnavailable */
  async standing(tenant: TenantName, name: string): Promise<RegistryState> {
    return ActionName.safeParse(name).success ? this.log.load(tenant, name) : NOTHING_REGISTERED;
  }

  /** By what was read of it: whether other executors on this one's log perform it, where this one does not. */
  areOthers({ versions }: RegistryState, version?: number): boolean {
    if (!this.sharesLog) return false;
    return [...versions.values()].some(
      ({ registered: { target, contract } }) =>
        (target === 'in-process' || (target === 'http' && !this.registry.reachesHttp)) &&
        (version === undefined || contract.version === version),
    );
  }

  /**
   * By what was read of an action that is not found here: the version that a call means, where it was performed in a process
   * on this log, and there is none any more that might define it. Null where it means no such version.
   */
  undefinedSince(state: RegistryState, version?: number): ActionRef | null {
    const meant = version ?? newestOffered(state) ?? 0;
    const { registered, retired = null } = state.versions.get(meant) ?? {};
    if (this.sharesLog || retired !== null || registered?.target !== 'in-process') return null;
    return { name: registered.contract.name, version: meant };
  }

  private isRemembered(tenant: TenantName, name: string): boolean {
    const known = this.looked.get(nameOf(tenant, name));
    return known !== undefined && this.clock.nowMs() < known.untilMs;
  }

  private look(tenant: TenantName, name: string): Promise<boolean> {
    if (!ActionName.safeParse(name).success) return Promise.resolve(false);
    const nowMs = this.clock.nowMs();
    const key = nameOf(tenant, name);
    const known = this.looked.get(key);
    if (known && nowMs < known.untilMs) return known.done;
    this.looked.delete(key);
    const [oldest] = this.looked.size >= REMEMBER_NAMES_MAX ? this.looked.keys() : [];
    if (oldest !== undefined) this.looked.delete(oldest);
    const done = this.read(tenant, name);
    this.looked.set(key, { untilMs: nowMs + REMEMBER_MS, done });
    const forget = (): void => {
      if (this.looked.get(key)?.done === done) this.looked.delete(key);
    };
    // What is not there yet is looked for each time: its worker may just have been told that it is.
    done.then((isThere) => isThere || forget(), forget);
    return done;
  }

  private async read(tenant: TenantName, name: string): Promise<boolean> {
    const state = await this.log.load(tenant, name);
    this.registry.take(tenant, name, state);
    return state.versions.size > 0;
  }
}

const nameOf = (tenant: string, name: string): string => `${tenant}.${name}`;
