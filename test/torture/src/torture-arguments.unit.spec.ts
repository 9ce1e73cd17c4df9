import { readTortureArguments } from './torture-arguments.js';
import { amountOf } from './torture-mode.js';

const read = (...args: string[]) => readTortureArguments(args, ['kill', 'hostile']);

const NOTHING = {
  rounds: undefined,
  actions: undefined,
  minutes: undefined,
  json: undefined,
  log: undefined,
};

describe('the arguments of torture', () => {
  it('are a mode, and with it rounds, a seed and a file', () => {
    expect(read('kill', '--rounds', '3', '--seed', '7', '--json', 'a.json')).toEqual({
      ...NOTHING,
      mode: 'kill',
      rounds: 3,
      seed: 7,
      json: 'a.json',
    });
  });

  it('are, of modes that strike services, also minutes, actions, and a file for each fault', () => {
    const asked = read('kill', '--kills', '300', '--actions', '9', '--minutes', '5', '--log', 'a.jsonl');
    expect(asked).toMatchObject({ rounds: 300, actions: 9, minutes: 5, log: 'a.jsonl' });
  });

  it('without a seed make one up, each time another', () => {
    expect(read('hostile')).toEqual({ ...NOTHING, mode: 'hostile', seed: expect.any(Number) });
    expect(new Set([1, 2, 3, 4].map(() => read('kill').seed)).size).toBeGreaterThan(1);
  });

  it.each([
    [[], 'say one mode: kill, hostile'],
    [['maim'], 'say one mode'],
    [['kill', 'hostile'], 'say one mode'],
    [['kill', '--rounds', '0'], '--rounds 0'],
    [['kill', '--rounds', 'many'], '--rounds many'],
    [['kill', '--kills', '0'], '--kills 0'],
    [['kill', '--minutes', '1.5'], '--minutes 1.5'],
    [['kill', '--seed', '1e3'], '--seed 1e3'],
    [['kill', '--sede', '1'], '--sede'],
  ])('%j are refused in words', (args, words) => {
    expect(() => read(...args)).toThrow(words);
  });
});

describe('how much of a mode there is', () => {
  const asked = { rounds: undefined, actions: undefined, minutes: undefined };
  it.each([
    ['its rounds', asked, { roundsDefault: 3 }, { rounds: 3, actions: 0, minutes: undefined }],
    ['its minutes', asked, { minutesDefault: 5 }, { rounds: 0, actions: 0, minutes: 5 }],
    [
      'what was counted, without an end in time',
      { ...asked, rounds: 300, actions: 100_000 },
      { minutesDefault: 5 },
      { rounds: 300, actions: 100_000, minutes: undefined },
    ],
    [
      'what was counted, and no longer than was said',
      { ...asked, rounds: 300, minutes: 9 },
      { minutesDefault: 5 },
      { rounds: 300, actions: 0, minutes: 9 },
    ],
  ])('is %s', (_, said, mode, amount) => {
    expect(amountOf(said, mode)).toEqual(amount);
  });
});
