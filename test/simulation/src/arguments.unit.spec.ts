import { readArguments } from './arguments.js';

it('without words 2,000 seeds are lived through, from one that chance gives', () => {
  const { seeds, seed, tellsStory } = readArguments([]);
  expect([seeds, tellsStory]).toEqual([2_000, false]);
  expect(seed).toBeGreaterThanOrEqual(0);
});

it('a seed alone means that one, and its story; with a number it is the first of so many', () => {
  expect(readArguments(['--seed', '7'])).toMatchObject({ seeds: 1, seed: 7, tellsStory: true });
  expect(readArguments(['--seed', '7', '--seeds', '9'])).toMatchObject({
    seeds: 9,
    seed: 7,
    tellsStory: false,
  });
});

it.each([
  ['--seeds', '0'],
  ['--seeds', 'many'],
  ['--seed', '-1'],
  ['--sead', '1'],
  ['--seed', '2147483648'],
])('%s %s is refused', (...words) => {
  expect(() => readArguments(words)).toThrow();
});
