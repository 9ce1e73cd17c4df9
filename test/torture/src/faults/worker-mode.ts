import { setTimeout as delay } from 'node:timers/promises';
import { faultMode } from './fault-mode.js';

const AWAY_MS_MAX = 1_000;

/** kill -9 of the worker under load, and a new one after a while: unsafe work that it was at is unknown, the rest ends. */
export const worker = faultMode({
  about: 'kill -9 of the worker under 32 concurrent callers; unsafe work is never called again',
  roundsDefault: 20,
  strike: async (system, random) => {
    await system.worker.kill();
    await delay(random() * AWAY_MS_MAX);
    await system.startWorker();
  },
  mayBeUnknown: true,
});
