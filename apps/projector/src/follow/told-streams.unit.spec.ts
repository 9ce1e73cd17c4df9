import { ToldStreams } from './told-streams.js';

const names = (count: number, prefix = 's'): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}-${n}`);

describe('streams that were told of', () => {
  it('are told again after a time, which grows while they are told again and again', () => {
    const told = new ToldStreams([250, 500, 1_000]);
    const at: number[] = [];
    for (let nowMs = 0; nowMs < 5_000; nowMs += 50) if (told.take(['s'], 9, nowMs).length > 0) at.push(nowMs);
    expect(at).toEqual([0, 250, 750, 1_750, 2_750, 3_750, 4_750]);
  });

  it('are new again once nobody has asked for them for as long', () => {
    const told = new ToldStreams([250, 500]);
    expect([told.take(['s'], 9, 0), told.take(['s'], 9, 250)]).toEqual([['s'], ['s']]);
    told.take(['other'], 9, 1_250);
    expect([told.take(['s'], 9, 1_250), told.take(['s'], 9, 1_500)]).toEqual([['s'], ['s']]);
  });

  it('are as many at once as a hint holds, and do not hide those behind them', () => {
    const told = new ToldStreams([5_000]);
    const all = names(6);
    expect([told.take(all, 4, 0), told.sizeAt(1), told.take(all, 4, 1), told.take(all, 4, 2)]).toEqual([
      all.slice(0, 4),
      4,
      all.slice(4),
      [],
    ]);
  });

  it('are bounded: of more nobody is told until the first may be told again', () => {
    const told = new ToldStreams([5_000]);
    for (let batch = 0; batch < 16; batch++)
      expect(told.take(names(256, `b${batch}`), 256, 0)).toHaveLength(256);
    expect(told.take(names(256, 'more'), 256, 1)).toEqual([]);
    expect(told.take(names(256, 'more'), 256, 5_000)).toHaveLength(256);
  });
});
