import { ForeignEvent } from './embedded/errors.js';
import { ForeignEvents } from './foreign-events.js';

it('where nobody listens an event of somebody else is thrown, and one of the server passed over', () => {
  const foreign = new ForeignEvents(undefined);
  expect(() => foreign.passOver(new ForeignEvent('s', 1n), 'Odd')).toThrow(ForeignEvent);
  expect(() => foreign.passOver(new ForeignEvent('s', 1n), '$x')).not.toThrow();
});

it('the first of a stream is told, and of more streams than are remembered the oldest is forgotten', () => {
  const told: string[] = [];
  const foreign = new ForeignEvents(({ streamId, revision }) => void told.push(`${streamId}:${revision}`));
  for (let n = 0; n < 1_001; n += 1) foreign.passOver(new ForeignEvent(`s${n}`, 1n), 'Odd');
  for (const streamId of ['s1000', 's1', 's0']) foreign.passOver(new ForeignEvent(streamId, 2n), 'Odd');
  expect(told).toHaveLength(1_002);
  expect(told.at(-1)).toBe('s0:2');
});
