import { CallFailure } from './call-failure.js';
import { guardedTest, isCheap } from './guarded-regex.js';

const regex = (source: string) => new RegExp(source, 'u');

describe('a regular expression of a client', () => {
  it.each([
    '^action-',
    String.raw`^[^\$].*`,
    'Action|Workflow',
    '^Action.*ed$',
    String.raw`^orders-\d+`,
    'Requested$',
    'Noted.*',
    String.raw`\(a\)`,
  ])('that is cheap on every text runs as it is: %s', (source) => expect(isCheap(regex(source))).toBe(true));

  it.each([
    ['a backreference', String.raw`(.*)\1x`],
    ['one by name', String.raw`(?<a>.*)\k<a>x`],
    ['a repetition that begins anywhere, with something behind it', 'a*b'],
    ['the same in one of several words', '^a|b*c'],
    ['two repetitions', '^a*a*b'],
    ['a repetition of a group', '^(a|b)+$'],
    ['groups, which multiply', '(a|a)(a|a)(a|a)c'],
    ['a look ahead', '^(?!a)'],
    ['a counted repetition', 'a{1,100}'],
    ['more than 128 characters', 'a'.repeat(129)],
  ])('with %s runs against the clock', (_, source) => expect(isCheap(regex(source))).toBe(false));

  it.each([
    ['backtracks twice for each character', String.raw`(.*)\1x`],
    ['multiplies', '(a+)+b'],
    ['looks from each character to the end', '(?:a*b|a*c|a*d|a*e|a*f|a*g)$'],
  ])('that %s is refused in about a tenth of a second, not after the page', (_, source) => {
    const names = Array.from({ length: 64 }, () => 'a'.repeat(10_000));
    const began = performance.now();
    expect(() => guardedTest(regex(source))(names)).toThrow(CallFailure);
    // Without the clock each of them takes several seconds.
    expect(performance.now() - began).toBeLessThan(1_500);
  });

  it('finds the same with the clock and without it', () => {
    const long = `action-${'x'.repeat(300)}`;
    expect(guardedTest(regex('^action-'))(['action-1', 'reaction-1'])).toEqual([true, false]);
    expect(guardedTest(regex('^action-'))(['action-1', 'reaction-1', long])).toEqual([true, false, true]);
    expect(guardedTest(regex('^(?!action-)'))(['action-1', 'reaction-1'])).toEqual([false, true]);
  });

  it('that is cheap takes no time on the longest texts that it is let at', () => {
    const texts = Array.from({ length: 256 }, () => 'a'.repeat(256));
    const began = performance.now();
    for (const source of [`${'a'.repeat(126)}b`, `^${'a'.repeat(60)}a*${'a'.repeat(60)}b`])
      expect(guardedTest(regex(source))(texts)).not.toContain(true);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
