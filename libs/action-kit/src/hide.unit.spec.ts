import { HIDDEN, Hiding, LOOKS_MAX, secretsFrom } from './hide.js';

describe('a text', () => {
  const parts = (from: number, to: number): string[] => {
    const all: string[] = [];
    for (let length = from; length <= to; length++)
      for (let at = 0; at + length <= HIDDEN.length; at++) all.push(HIDDEN.slice(at, at + length));
    return all;
  };
  it.each<[string, string, string[], string]>([
    ['keeps what is around a value', 'no abcd, no!', ['abcd'], `no ${HIDDEN}, no!`],
    ['loses the longer of two that begin alike', 'abcdefg', ['abcd', 'abcdef'], `${HIDDEN}g`],
    ['loses both of two that overlap', '-abcdefgh-', ['abcd', 'cdefgh'], `-${HIDDEN}-`],
    ['loses one within another', '-abcdefgh-', ['bcde', 'abcdefgh'], `-${HIDDEN}-`],
    ['loses each of two side by side', 'abcdefgh', ['abcd', 'efgh'], `${HIDDEN}${HIDDEN}`],
    ['is not searched in what was put into it', 'card sens', parts(4, 21), `card ${HIDDEN}`],
  ])('%s', (_, text, secrets, hidden) => {
    expect(new Hiding(secretsFrom(secrets)).text(text)).toBe(hidden);
  });

  it('of a million characters keeps what is around a value', () => {
    const long = 'some words '.repeat(100_000);
    expect(new Hiding(secretsFrom(['abcd'])).text(`${long}abcd${long}`.slice(0, 1_200_000))).toContain(
      `words ${HIDDEN}some`,
    );
  });

  /** Secrets, and how often they were looked at. */
  function counted(texts: string[]) {
    const counter = { looks: 0 };
    const secrets = new Proxy(secretsFrom(texts), {
      get(all, at) {
        counter.looks++;
        return Reflect.get(all, at);
      },
    });
    return { counter, hiding: new Hiding(secrets) };
  }

  it('that would take for ever is hidden as a whole, and so is all that is said after it, numbers too', () => {
    const { counter, hiding } = counted(Array.from({ length: 2_000 }, (_, i) => `${'a'.repeat(99)}${i}`));
    expect(hiding.json({ few: 'words', more: 7 })).toEqual({ few: 'words', more: 7 });
    const texts = Array.from({ length: 63 }, () => 'a'.repeat(16_000));
    for (const text of texts) hiding.text(text);
    expect(hiding.json([...texts, 'few words', 7])).toEqual(Array.from({ length: 65 }, () => HIDDEN));
    // Beside the looks there are those at how long one is, and how many there are.
    expect(counter.looks).toBeGreaterThan(LOOKS_MAX);
    expect(counter.looks).toBeLessThan(1.5 * LOOKS_MAX);
  });

  it.each([4, 4_000, 39_999])('and a number, %i, is found in a few looks among many', (number) => {
    const { counter, hiding } = counted(Array.from({ length: 50_000 }, (_, i) => String(i)));
    expect(hiding.json([number, -1])).toEqual([HIDDEN, -1]);
    expect(counter.looks).toBeLessThan(500);
  });
});
