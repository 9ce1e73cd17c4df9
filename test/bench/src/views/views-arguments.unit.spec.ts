import { readViewsArguments } from './views-arguments.js';

describe('the flags of the bench of the views', () => {
  it('may all be left out: then a million events, on both engines', () => {
    expect(readViewsArguments([])).toMatchObject({
      log: undefined,
      events: 1_000_000,
      engines: ['embedded', 'postgres'],
    });
  });

  it.each([
    [['--engine', 'oracle'], /there are embedded and postgres/],
    [['--events', '0'], /whole number from 1/],
    [['--events', '1e6'], /whole number from 1/],
    [['--times', '1000000'], /to 100000/],
    [['--unknown'], /unknown/],
  ])('%j are refused with what is right', (args, words) => {
    expect(() => readViewsArguments(args)).toThrow(words);
  });
});
