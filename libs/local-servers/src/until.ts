import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 10;

/** Waits for what a test needs to be so, and says what it was where it does not come within the bound. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  boundMs = 10_000,
): Promise<void> {
  const endsAtMs = performance.now() + boundMs;
  while (!(await condition())) {
    if (performance.now() > endsAtMs) throw new Error(`not within ${boundMs} ms: ${what}`);
    await delay(LOOK_EVERY_MS);
  }
}
