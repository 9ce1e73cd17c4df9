import type { TenantName } from '@action-do/contracts';

/** Actions of which it is remembered, of all tenants together. */
export const SEEN_ACTIONS_MAX = 10_000;

/**
 * How much of each action's stream was taken in: reads cross, and one that began earlier must not undo what a later one
 * brought. Bounded: where there are too many, the action whose stream was read longest ago is forgotten, as no read of it
 * is likely to be under way.
 */
export class SeenRevisions {
  private readonly byAction = new Map<string, bigint>();

  /** @returns false where more than that was taken in before */
  note(tenant: TenantName, name: string, revision: bigint): boolean {
    const key = `${tenant}.${name}`;
    const before = this.byAction.get(key);
    if (before !== undefined && revision < before) return false;
    this.byAction.delete(key);
    this.byAction.set(key, revision);
    const [oldest] = this.byAction.size > SEEN_ACTIONS_MAX ? this.byAction.keys() : [];
    if (oldest !== undefined) this.byAction.delete(oldest);
    return true;
  }
}
