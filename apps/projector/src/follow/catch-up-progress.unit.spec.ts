import { listeningLog } from '../testing/follower-world.contract.js';
import { CatchUpProgress } from './catch-up-progress.js';

function progress() {
  const { told, logger } = listeningLog();
  let nowMs = 0;
  const clock = { nowMs: () => nowMs, after: () => () => undefined };
  const at = (ms: number) => {
    nowMs = ms;
  };
  return { told, at, progress: new CatchUpProgress(clock, logger) };
}

describe('the progress of catching up', () => {
  it('is told every five seconds, with count, rate and time left, and at the end', () => {
    const { told, at, progress: way } = progress();
    way.begin(0n, 100_000n);
    for (let second = 1; second <= 10; second += 1) {
      at(second * 1_000);
      way.reached(BigInt(second) * 10_000n, 10_000);
    }
    expect(told.map(({ fields }) => fields)).toEqual([
      { from: '0', head: '100000' },
      { events: 50_000, position: '50000', eventsPerSecond: 10_000, head: '100000', etaMs: 5_000 },
      { events: 100_000, position: '100000', eventsPerSecond: 10_000, tookMs: 10_000 },
    ]);
    expect(way.eventsPerSecond).toBe(10_000);
  });

  it('of a short way is not told, nor that of following afterwards', () => {
    const { told, at, progress: way } = progress();
    way.begin(0n, 100n);
    at(60_000);
    way.reached(100n, 100);
    expect(told).toEqual([]);
    expect(way.eventsPerSecond).toBeNull();
  });
});
