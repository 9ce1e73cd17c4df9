import { InMemoryEventStore } from '@action-do/event-store';
import fc from 'fast-check';
import { copyLog } from './copy-log.js';
import { sourceOf } from './log-source.js';
import { contentOf, filledLog, watch } from './testing/random-logs.contract.js';

class Died extends Error {}

it('a copy that dies anywhere, however often, and is run again is the log', async () => {
  const given = fc.record({
    seed: fc.integer({ min: 1, max: 1_000_000 }),
    appends: fc.integer({ min: 0, max: 40 }),
    /** Appends until each death; true: the last one was made, and nobody heard of it. */
    lives: fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.boolean()), { maxLength: 6 }),
  });
  await fc.assert(
    fc.asyncProperty(given, async ({ seed, appends, lives }) => {
      const source = await filledLog(appends, seed);
      const target = new InMemoryEventStore({ logId: 'new' });
      const append = target.append.bind(target);
      for (const [life, isMade] of lives) {
        let left = life;
        target.append = async (streamId, events, expected) => {
          left -= 1;
          if (left >= 0) return append(streamId, events, expected);
          if (isMade) await append(streamId, events, expected);
          throw new Died();
        };
        await copyLog(await sourceOf(source, 'old'), target, watch()).catch((error: unknown) => {
          if (!(error instanceof Died)) throw error;
        });
      }
      target.append = append;
      await copyLog(await sourceOf(source, 'old'), target, watch());
      expect(await contentOf(target)).toEqual(await contentOf(source));
    }),
    { numRuns: 60 },
  );
});
