/** How long somebody who cannot be reached is left alone, at first and at most: who comes back is not kept waiting. */
const FIRST_MS = 250;
export const RETRY_MS_MAX = 1_500;

/**
 * Milliseconds until the next try: a random part (full jitter) of a time that doubles up to its bound, so that workers
 * that lost the same server do not all come back at once.
 * @param failures how often it failed in a row, from 1  @param random in [0, 1)
 */
export const retryMs = (failures: number, random: number): number =>
  random * Math.min(RETRY_MS_MAX, FIRST_MS * 2 ** (failures - 1));
