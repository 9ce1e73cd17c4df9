import { randomInt } from 'node:crypto';
import { liveSeed } from './run/live-seed.js';
import { bites, simulate } from './run/simulate.js';
import { tellBroken } from './run/tell.js';

/** CI's; `npm test` has time for a part. New ones each time; more of them: `npm run simulate -- --seeds 1000000`. */
const isWhole = (process.env['ADO_E2E_WHOLE'] ?? '').split(',').includes('simulation');
const SEEDS = isWhole ? 2_000 : 250;
/** A deadline, not an expectation of speed. */
const PATIENCE_MS = 600_000;
const SEEDS_REPEATED = 10;

describe('all processes at once, in random runs of calls, faults, crashes, pauses and clock jumps', () => {
  it(
    'keep what is promised (rows 1 to 8, 12, 13, 15 to 17, 18b, 19 to 21)',
    async () => {
      const simulated = await simulate(randomInt(2 ** 31 - SEEDS), SEEDS);
      expect(simulated.broken && tellBroken(simulated.broken)).toBeNull();
      expect(bites(simulated)).toEqual([]);
    },
    PATIENCE_MS,
  );

  it('live through the same run twice, to the letter, where the seed is the same', async () => {
    const first = randomInt(2 ** 31 - SEEDS_REPEATED);
    for (let seed = first; seed < first + SEEDS_REPEATED; seed++) {
      const [once, twice] = [await liveSeed(seed), await liveSeed(seed)];
      expect(twice.story.join('\n')).toBe(once.story.join('\n'));
      expect(twice).toEqual(once);
    }
  });

  it('live through different runs where the seeds differ', async () => {
    const [one, other] = [await liveSeed(1), await liveSeed(2)];
    expect(one.story.join('\n')).not.toBe(other.story.join('\n'));
  });
});
