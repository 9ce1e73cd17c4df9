import { randomInt } from 'node:crypto';
import { duplicates } from './duplicates/duplicates-mode.js';

describe('fifty executions, each asked for three times at once from two client processes', () => {
  it('are fifty effects, fifty outcomes, and the same result bytes for all three', async () => {
    const seed = randomInt(2 ** 31);
    const { violations } = await duplicates.run({ seed, rounds: 50, say: () => {} });
    expect({ seed, violations }).toEqual({ seed, violations: [] });
  }, 60_000);
});
