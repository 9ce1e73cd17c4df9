import { allOfThem } from './all-of-them.js';

describe('what is begun together', () => {
  it('is what each comes to, in order', async () => {
    expect(await allOfThem([1, Promise.resolve(2), 3])).toEqual([1, 2, 3]);
  });

  it('and of which one fails, is told when the others have come to an end', async () => {
    let end: (value: string) => void = () => {};
    const slow = new Promise<string>((resolve) => {
      end = resolve;
    });
    let told = false;
    const all = allOfThem([Promise.reject(new Error('no port')), slow]).catch((error: Error) => {
      told = true;
      return error.message;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).toBe(false);
    end('there');
    expect(await all).toBe('no port');
  });
});
