import type { TenantName } from '@action-do/contracts';
import { type RegistryState, weightOf } from '@action-do/domain';

/** What is kept weighs so much at most, of all tenants together and of each (`weightOf`). */
export const KEPT_WEIGHT_MAX = 8 * 1024 * 1024;
export const TENANT_WEIGHT_MAX = KEPT_WEIGHT_MAX / 2;

/** A stream, folded up to an event. */
export interface Folded {
  readonly state: RegistryState;
  /** Of the event at the state's revision; null before the first. */
  readonly lastEventId: string | null;
}

interface Kept extends Folded {
  readonly tenant: TenantName;
  readonly weight: number;
}

/**
 * What was folded of each action's stream, so that the next look reads only what is new. Bounded by weight, for each
 * tenant too: one who has more keeps nobody else's from being kept. What was asked for longest ago goes first. What is
 * evicted is looked for from the front, which walks past what was deleted: little beside the read that goes with it.
 */
export class KeptStates {
  /** The one that was asked for last comes last. */
  private readonly byStream = new Map<string, Kept>();
  private readonly weights = new Map<TenantName, number>();
  private weight = 0;

  get(stream: string): Folded | null {
    return this.byStream.get(stream) ?? null;
  }

  /** Reads cross: one that has seen less than what is kept changes nothing. */
  keep(tenant: TenantName, stream: string, { state, lastEventId }: Folded): void {
    const before = this.byStream.get(stream);
    if (before !== undefined && before.state.revision > state.revision) return;
    // Mostly there is nothing new.
    const weight = before?.state === state ? before.weight : weightOfAll(state);
    this.forget(stream);
    if (weight === 0 || weight > TENANT_WEIGHT_MAX) return;
    this.byStream.set(stream, { tenant, state, lastEventId, weight });
    this.add(tenant, weight);
    while (this.weightOfTenant(tenant) > TENANT_WEIGHT_MAX)
      this.forgetOldest((kept) => kept.tenant === tenant);
    while (this.weight > KEPT_WEIGHT_MAX) this.forgetOldest(() => true);
  }

  forget(stream: string): void {
    const kept = this.byStream.get(stream);
    if (kept === undefined) return;
    this.byStream.delete(stream);
    this.add(kept.tenant, -kept.weight);
  }

  private forgetOldest(is: (kept: Kept) => boolean): void {
    for (const [stream, kept] of this.byStream) {
      if (!is(kept)) continue;
      this.forget(stream);
      return;
    }
  }

  private weightOfTenant(tenant: TenantName): number {
    return this.weights.get(tenant) ?? 0;
  }

  private add(tenant: TenantName, weight: number): void {
    this.weight += weight;
    const all = this.weightOfTenant(tenant) + weight;
    if (all === 0) this.weights.delete(tenant);
    else this.weights.set(tenant, all);
  }
}

function weightOfAll({ versions }: RegistryState): number {
  let weight = 0;
  for (const standing of versions.values()) weight += weightOf(standing);
  return weight;
}
