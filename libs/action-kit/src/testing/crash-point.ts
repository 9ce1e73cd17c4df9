import { AsyncLocalStorage } from 'node:async_hooks';

type Reach = (name: string) => Promise<void>;

const reached = new AsyncLocalStorage<Reach>();

/**
 * Marks a place inside an action, or inside the outside world that a test gives it, where the process may die: between
 * two steps that are not one. In the crash lab the lab decides whether what waits for this ever goes on; everywhere else
 * it goes on at once.
 * @param name for the report, such as 'the invoice is written'
 */
export function crashPoint(name: string): Promise<void> {
  return reached.getStore()?.(name) ?? Promise.resolve();
}

/** Runs `work` so that `reach` hears of every crash point in it, however deep. */
export const withCrashPoints = <T>(reach: Reach, work: () => T): T => reached.run(reach, work);
