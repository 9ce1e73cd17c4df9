import { Marks } from './marks.js';

describe('marks between events', () => {
  it('come when the events before them were read, in their order', () => {
    const marks = new Marks();
    marks.note(2, { checkpoint: 20n });
    marks.note(3, { caughtUp: true });
    expect([marks.due(0), marks.due(1)]).toEqual([undefined, undefined]);
    expect(marks.due(2)).toMatchObject({ checkpoint: 20n, caughtUp: false });
    expect(marks.due(2)).toBeUndefined();
    expect(marks.due(3)).toMatchObject({ checkpoint: undefined, caughtUp: true });
    expect(marks.due(99)).toBeUndefined();
  });

  it('are one, whichever came first', () => {
    const marks = new Marks();
    marks.note(0, { checkpoint: 5n });
    marks.note(0, { caughtUp: true });
    marks.note(1, { caughtUp: true });
    marks.note(1, { checkpoint: 6n });
    expect(marks.due(1)).toMatchObject({ checkpoint: 5n, caughtUp: true });
    expect(marks.due(1)).toMatchObject({ checkpoint: 6n, caughtUp: true });
  });

  it('are one between the same two events: the newest checkpoint, and whether it was caught up', () => {
    const marks = new Marks();
    marks.note(0, { checkpoint: 5n });
    marks.note(0, { caughtUp: true });
    for (let position = 6n; position < 10_000n; position += 1n) marks.note(0, { checkpoint: position });
    expect(marks.due(0)).toMatchObject({ checkpoint: 9_999n, caughtUp: true });
    expect(marks.due(0)).toBeUndefined();
  });
});
