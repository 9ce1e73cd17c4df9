import { randomInt } from 'node:crypto';
import { eventLogMode } from './event-log/event-log-mode.js';

describe('the event-log server hanging and then killed under 64 callers of two gateways', () => {
  it('costs nobody an answer, an outcome or a second effect, and the services recover by themselves', async () => {
    const seed = randomInt(2 ** 31);
    // Bare two seconds are for a machine that does nothing else: `npm run torture -- event-log`.
    const storm = eventLogMode(true);
    const { violations, figures } = await storm.run({ seed, rounds: 1, say: () => {} });
    expect({ seed, violations }).toEqual({ seed, violations: [] });
    expect(figures['outcomes acknowledged']).toBeGreaterThan(20);
    expect(figures['times it hung']).toBe(1);
  }, 120_000);
});
