import { progressLine } from './progress-line.js';

it.each([
  [
    { done: 12_000, total: 50_000, since: 2_000, elapsedMs: 2_500 },
    '12,000 of 50,000 events, 4,000/s, 10 s left',
  ],
  [
    { done: 1_000, total: 1_000_000, since: 0, elapsedMs: 1_000 },
    '1,000 of 1,000,000 events, 1,000/s, 17 min left',
  ],
  [{ done: 10, total: 1_000_000, since: 0, elapsedMs: 1_000 }, '10 of 1,000,000 events, 10/s, 28 h left'],
  [{ done: 5, total: 5, since: 0, elapsedMs: 1_000 }, '5 of 5 events, 5/s'],
  [{ done: 0, total: 9, since: undefined, elapsedMs: 0 }, '0 of 9 events'],
  [{ done: Number.NaN, total: Number.NaN, since: undefined, elapsedMs: 10 }, 'some events'],
])('progress says count, rate and time left, as far as they are known: %j', (progress, line) => {
  expect(progressLine(progress)).toBe(line);
});
