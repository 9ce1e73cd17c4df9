import { setImmediate as nextTurn } from 'node:timers/promises';
import { NotLeaderError } from '@eventstore/db-client';
import { StoreUnavailable } from '../errors.js';

/** Elections meanwhile. */
const TRIES_MAX = 3;

/**
 * A server that does not lead says who does, and the client goes there with its next call: so it is asked once more.
 * A client that was made anew would go to the first server again.
 * @throws as `ask` does
 */
export async function askLeader<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      const isSentOn = error instanceof StoreUnavailable && error.cause instanceof NotLeaderError;
      if (!isSentOn || tries === TRIES_MAX) throw error;
      // The client does so behind whoever hears of the error.
      await nextTurn();
    }
  }
}
