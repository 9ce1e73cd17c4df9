import { readTortureArguments } from './torture-arguments.js';

const read = (...args: string[]) => readTortureArguments(args, ['kill', 'hostile']);

describe('the arguments of torture', () => {
  it('are a mode, and with it rounds, a seed and a file', () => {
    expect(read('kill', '--rounds', '3', '--seed', '7', '--json', 'a.json')).toEqual({
      mode: 'kill',
      rounds: 3,
      seed: 7,
      json: 'a.json',
    });
  });

  it('without a seed make one up, each time another', () => {
    expect(read('hostile')).toEqual({
      mode: 'hostile',
      rounds: undefined,
      seed: expect.any(Number),
      json: undefined,
    });
    expect(new Set([1, 2, 3, 4].map(() => read('kill').seed)).size).toBeGreaterThan(1);
  });

  it.each([
    [[], 'say one mode: kill, hostile'],
    [['maim'], 'say one mode'],
    [['kill', 'hostile'], 'say one mode'],
    [['kill', '--rounds', '0'], '--rounds 0'],
    [['kill', '--rounds', 'many'], '--rounds many'],
    [['kill', '--seed', '1e3'], '--seed 1e3'],
    [['kill', '--sede', '1'], '--sede'],
  ])('%j are refused in words', (args, words) => {
    expect(() => read(...args)).toThrow(words);
  });
});
