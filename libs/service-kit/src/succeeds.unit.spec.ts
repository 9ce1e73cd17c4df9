import { succeeds } from './succeeds.js';

describe('what a service needs', () => {
  it.each<[string, boolean, () => Promise<unknown>]>([
    ['answers', true, async () => 'anything'],
    ['answers with no', true, async () => false],
    ['fails', false, () => Promise.reject(new Error('down'))],
    [
      'fails before it is asked',
      false,
      () => {
        throw new Error('closed');
      },
    ],
    ['hangs', false, () => new Promise(() => {})],
  ])('that %s is there: %s', async (_, there, ask) => {
    expect(await succeeds(ask, 20)).toBe(there);
  });
});
