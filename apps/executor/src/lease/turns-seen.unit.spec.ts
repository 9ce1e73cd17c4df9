import { TurnsSeen } from './turns-seen.js';

describe('an event loop seen from another thread', () => {
  it('turns while its counter changed within the bound, and again as soon as it changes', () => {
    const seen = new TurnsSeen(1_000, 7, 0);
    expect([seen.look(7, 1_000), seen.look(7, 1_001)]).toEqual([true, false]);
    expect([seen.look(8, 5_000), seen.look(8, 6_000), seen.look(8, 6_001)]).toEqual([true, true, false]);
  });

  it('turns where its counter has run over', () => {
    const seen = new TurnsSeen(1_000, 2 ** 31 - 1, 0);
    expect(seen.look(-(2 ** 31), 2_000)).toBe(true);
  });
});
