import { randomInt } from 'node:crypto';
import { standaloneKill } from './kill/kill-mode.js';

describe('kill -9 at three random moments under 32 callers who then repeat their calls', () => {
  it('loses nothing that was acknowledged, does nothing unsafe twice, and leaves no call hanging', async () => {
    const seed = randomInt(2 ** 31);
    const { violations, figures } = await standaloneKill.run({ seed, rounds: 3, say: () => {} });
    expect({ seed, violations }).toEqual({ seed, violations: [] });
    expect(figures['executions told of']).toBeGreaterThan(50);
  }, 120_000);
});
