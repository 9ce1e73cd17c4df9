import { readTime } from './read-time.js';

const NOW = Date.parse('2030-03-01T12:00:00Z');

it.each([
  ['30s', '2030-03-01T11:59:30.000Z'],
  ['15m', '2030-03-01T11:45:00.000Z'],
  ['2h', '2030-03-01T10:00:00.000Z'],
  ['7d', '2030-02-22T12:00:00.000Z'],
  ['1w', '2030-02-22T12:00:00.000Z'],
  ['2030-01-31', '2030-01-31T00:00:00.000Z'],
  ['2030-01-31T08:00Z', '2030-01-31T08:00:00.000Z'],
  ['2030-01-31T08:00:00.5+02:00', '2030-01-31T06:00:00.500Z'],
  ['2028-02-29', '2028-02-29T00:00:00.000Z'],
])('%s is a time', (text, iso) => {
  expect(readTime(text, NOW)).toBe(iso);
});

it.each([
  ['without its zone', '2030-01-31T08:00'],
  ['without a unit', '15'],
  ['in the future', '-2h'],
  ['that is not in the calendar', '2030-02-30'],
  ['in words', 'yesterday'],
  ['beyond what can be counted', '999999999w'],
  ['that is empty', ''],
])('a time %s is refused: %s', (_what, text) => {
  expect(() => readTime(text, NOW)).toThrow(/15m, 2h or 7d/);
});
