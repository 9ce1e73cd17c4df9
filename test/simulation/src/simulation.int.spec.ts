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

let now = 0;
/** What is thrown to nobody, or takes too long, must not hide where to look. */
const tellSeed = (): void => void process.stderr.write(`simulation: seed ${now}\n`);

describe('all processes at once, in random runs of calls, faults, crashes, pauses and clock jumps', () => {
  afterEach(tellSeed);

  it(
    'keep what is promised, and come by every row that is theirs to see',
    async () => {
      const first = randomInt(2 ** 31 - SEEDS);
      now = first;
      tellSeed();
      const begins = (seed: number): void => {
        now = seed;
      };
      const simulated = await simulate(first, SEEDS, { begins });
      expect(simulated.broken && tellBroken(simulated.broken)).toBeNull();
      expect(bites(simulated)).toEqual([]);
    },
    PATIENCE_MS,
  );

  it('live through the same run twice, to the letter, where the seed is the same', async () => {
    const first = randomInt(2 ** 31 - SEEDS_REPEATED);
    for (let seed = first; seed < first + SEEDS_REPEATED; seed++) {
      now = seed;
      const [once, twice] = [await liveSeed(seed), await liveSeed(seed)];
      expect(twice.story.join('\n')).toBe(once.story.join('\n'));
      expect(twice).toEqual(once);
    }
  });

  it('live through different runs where the seeds differ', async () => {
    now = 1;
    const [one, other] = [await liveSeed(1), await liveSeed(2)];
    expect(one.story.join('\n')).not.toBe(other.story.join('\n'));
  });
});
