import { findUnequal } from './find-unequal.js';

const same = { id: 'a', result: '{"a":1}' };

describe('the answers to one execution', () => {
  it('are in order when all are the same bytes', () => {
    expect(findUnequal([same, same, same], 3)).toEqual([]);
  });

  it.each([
    ['one says the same in other bytes', [same, same, { id: 'a', result: '{"a": 1}' }], 'different results'],
    ['one is missing', [same, same], '2 answers instead of 3'],
    ['one is a refusal', [same, same, { id: 'a', trouble: '429 wait' }], '429 wait'],
  ])('are not when %s', (_what, heard, words) => {
    expect(findUnequal(heard, 3)).toEqual([expect.stringContaining(words)]);
  });
});
