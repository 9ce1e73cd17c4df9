import type { StandingVersion } from './registry-fold.js';

/**
 * What all versions of one action may weigh together, retired ones included: whoever has it performed has all of them in
 * mind, for what is under way or repeated names its version. Five hundred of them, or eight of the largest.
 */
export const ACTION_WEIGHT_MAX = 2 * 1024 * 1024;
/** A version is more than its text: its checks are compiled, and each look goes through all of them. */
export const VERSION_WEIGHT_MIN = 4 * 1024;

/** What stands of a version is never changed, only replaced. */
const weights = new WeakMap<StandingVersion, number>();

/** Of what stands of a version: characters of JSON. In memory small objects take up to twenty times that. */
export function weightOf(standing: StandingVersion): number {
  const known = weights.get(standing);
  if (known !== undefined) return known;
  // Where it is performed does not count: to move it is always possible.
  const { registered, retired } = standing;
  const weight = Math.max(VERSION_WEIGHT_MIN, JSON.stringify([registered.contract, retired]).length);
  weights.set(standing, weight);
  return weight;
}
