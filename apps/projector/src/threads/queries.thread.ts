import { systemClock } from '../ports.js';
import { startQueries } from '../queries/start-queries.js';
import { runInThread } from './run-in-thread.js';
import { openThreadWorld } from './thread-world.js';

await runInThread(async () => {
  const world = await openThreadWorld('queries');
  const views = await world.views.openReader();
  const queries = await startQueries({ ...world, views, clock: systemClock });
  return {
    ended: new Promise(() => undefined),
    close: async () => {
      await queries.close();
      await views.close();
      await world.close();
    },
  };
});
