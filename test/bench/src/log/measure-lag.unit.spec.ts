import { laggedOf } from './measure-lag.js';

describe('the lag of a subscriber', () => {
  it('is counted from the call and from the answer, whichever process saw the event first', () => {
    const called = [
      { id: 'a', calledAtMs: 1_000, answeredAtMs: 1_004 },
      { id: 'b', calledAtMs: 1_010, answeredAtMs: 1_012 },
      { id: 'c', calledAtMs: 1_020, answeredAtMs: 1_022 },
    ];
    const delivered = [
      { id: 'a', atMs: 1_003 },
      { id: 'c', atMs: 1_023 },
      { id: 'b', atMs: 1_017 },
      { id: 'of the warm-up', atMs: 990 },
    ];
    expect(laggedOf(called, delivered)).toEqual({
      appends: 3,
      perSecond: 100,
      sinceCalled: { p50Ms: 3, p99Ms: 7, maxMs: 7 },
      sinceAnswered: { p50Ms: 1, p99Ms: 5, maxMs: 5 },
    });
  });

  it('has no figure where an event never came', () => {
    expect(() => laggedOf([{ id: 'a', calledAtMs: 1, answeredAtMs: 2 }], [])).toThrow(
      'event a was not delivered',
    );
  });
});
