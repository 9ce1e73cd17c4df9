import { startProjector } from '../follow/start-projector.js';
import { systemClock } from '../ports.js';
import { runInThread } from './run-in-thread.js';
import { openThreadWorld } from './thread-world.js';

await runInThread(async () => {
  const world = await openThreadWorld('projector');
  const projector = startProjector({ ...world, clock: systemClock });
  return {
    ended: projector.ended,
    ready: projector.follower.live,
    close: async () => {
      await projector.close();
      await world.close();
    },
  };
});
