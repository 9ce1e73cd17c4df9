import { Heartbeats } from './heartbeats.js';
import { ManualClock } from './manual-clock.contract.js';

describe('heartbeats', () => {
  const begin = (timeoutMs: number) => {
    const clock = new ManualClock();
    const sentAtMs: number[] = [];
    const startMs = clock.nowMs();
    const heartbeats = new Heartbeats(clock, timeoutMs, () => sentAtMs.push(clock.nowMs() - startMs));
    return { clock, heartbeats, sentAtMs };
  };

  it('go out at most once a second, however often the author says so, and the last of a second at its end', () => {
    const { clock, heartbeats, sentAtMs } = begin(10_000);
    for (let i = 0; i < 25; i++) {
      heartbeats.beat();
      clock.advance(100);
    }
    clock.advance(10_000);
    expect(sentAtMs).toEqual([0, 1_000, 2_000, 3_000]);
    expect(clock.armed).toBe(0);
  });

  it('of a short attempt go out four times in its timeout', () => {
    const { clock, heartbeats, sentAtMs } = begin(200);
    for (let i = 0; i < 20; i++) {
      heartbeats.beat();
      clock.advance(10);
    }
    expect(sentAtMs).toEqual([0, 50, 100, 150, 200]);
  });

  it('end with the attempt', () => {
    const { clock, heartbeats, sentAtMs } = begin(10_000);
    heartbeats.beat();
    heartbeats.beat();
    heartbeats.stop();
    clock.advance(10_000);
    expect(sentAtMs).toEqual([0]);
  });
});
