import { setTimeout as delay } from 'node:timers/promises';
import { ACTION_STREAM_PREFIX } from '@action-do/contracts';
import type { EventStore } from '@action-do/event-store';
import { foldLog, standing } from '../history/fold-log.js';
import type { Generation } from '../history/history.js';

const LOOK_EVERY_MS = 250;

/** Until the log holds no execution that is open, or the time is over: what is open then is for the checks to find. */
export async function waitUntilSettled(store: EventStore, withinMs: number): Promise<void> {
  const endsAtMs = performance.now() + withinMs;
  const all = await foldLog(store.readAll({ streamPrefixes: [ACTION_STREAM_PREFIX] }));
  const open = openOf(all);
  while (open.size > 0 && performance.now() < endsAtMs) {
    await delay(LOOK_EVERY_MS);
    for (const stream of open)
      if (openOf(await foldLog(store.readStream(stream))).size === 0) open.delete(stream);
  }
}

const openOf = (generations: ReadonlyMap<string, Generation>): Set<string> =>
  new Set(
    [...generations.values()]
      .filter((generation) => standing(generation) === 'open')
      .map(({ stream }) => stream),
  );
