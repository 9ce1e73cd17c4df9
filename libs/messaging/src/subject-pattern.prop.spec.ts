import fc from 'fast-check';
import { assertPattern, assertSubject, patternsOverlap, wildcardTokens } from './subject-pattern.js';
import { SubjectTrie } from './subject-trie.js';

/** The definition, word for word, and nothing clever. */
function matchesNaively(pattern: string[], subject: string[]): boolean {
  const [want, ...wants] = pattern;
  const [token, ...tokens] = subject;
  if (want === undefined || token === undefined) return want === undefined && token === undefined;
  if (want === '>') return true;
  return (want === '*' || want === token) && matchesNaively(wants, tokens);
}

const naively = (pattern: string, subject: string): boolean =>
  matchesNaively(pattern.split('.'), subject.split('.'));

/** Few tokens, so that patterns and subjects meet often. */
const token = fc.constantFrom('a', 'b', 'c');
const subjects = fc.array(token, { minLength: 1, maxLength: 5 }).map((tokens) => tokens.join('.'));
const patterns = fc
  .tuple(
    fc.array(fc.oneof(token, fc.constant('*')), { maxLength: 4 }),
    fc.oneof(token, fc.constantFrom('*', '>')),
  )
  .map(([head, last]) => [...head, last].join('.'));

describe('subject patterns', () => {
  it('the trie finds what a naive matcher finds, also after removals', () => {
    fc.assert(
      fc.property(
        fc.array(patterns, { maxLength: 30 }),
        fc.array(fc.nat(), { maxLength: 10 }),
        fc.array(subjects, { minLength: 1, maxLength: 20 }),
        (added, removals, asked) => {
          const trie = new SubjectTrie<number>();
          const filed = new Map(added.entries());
          for (const [value, pattern] of filed) trie.add(pattern, value);
          for (const removal of removals) {
            const value = removal % Math.max(1, added.length);
            trie.remove(added[value] ?? 'none', value);
            filed.delete(value);
          }
          for (const subject of asked) {
            const expected = [...filed]
              .filter(([, pattern]) => naively(pattern, subject))
              .map(([value]) => value);
            expect(trie.match(subject).sort((a, b) => a - b)).toEqual(expected);
          }
        },
      ),
    );
  });

  it('a trie from which all is removed is empty: no branch stays behind', () => {
    fc.assert(
      fc.property(fc.uniqueArray(patterns), (added) => {
        const trie = new SubjectTrie<string>();
        for (const pattern of added) trie.add(pattern, pattern);
        expect(trie.isEmpty).toBe(added.length === 0);
        for (const pattern of added) trie.remove(pattern, pattern);
        expect(trie.isEmpty).toBe(true);
      }),
    );
  });

  it('wildcard tokens exist exactly where the pattern matches, and put back give the subject', () => {
    fc.assert(
      fc.property(patterns, subjects, (pattern, subject) => {
        const tokens = wildcardTokens(pattern, subject);
        expect(tokens !== undefined).toBe(naively(pattern, subject));
        if (tokens === undefined) return;
        const left = [...tokens];
        expect(pattern.replaceAll(/[*>]/g, () => left.shift() ?? '')).toBe(subject);
        expect(left).toEqual([]);
      }),
    );
  });

  it('patterns overlap exactly where some subject matches both', () => {
    const all = ['a', 'b', 'c', 'd'];
    for (let length = 1, last = all; length < 6; length += 1) {
      last = last.flatMap((subject) => ['a', 'b', 'c', 'd'].map((next) => `${subject}.${next}`));
      all.push(...last);
    }
    fc.assert(
      fc.property(patterns, patterns, (one, other) => {
        const witness = all.some((subject) => naively(one, subject) && naively(other, subject));
        expect(patternsOverlap(one, other)).toBe(witness);
      }),
      { numRuns: 60 },
    );
  });

  it('what is well formed is exactly what the grammar says', () => {
    const characters = fc.string({
      unit: fc.constantFrom('a', 'Z', '9', '_', '-', '.', '*', '>', ' ', 'é', '\n'),
    });
    const accepts = (assertForm: (text: string) => void, text: string): boolean => {
      try {
        assertForm(text);
        return true;
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError);
        return false;
      }
    };
    const isToken = (text: string): boolean => text !== '' && [...text].every((c) => 'abcZ9_-'.includes(c));
    fc.assert(
      fc.property(fc.oneof(characters, subjects, patterns), (text) => {
        const tokens = text.split('.');
        expect(accepts(assertSubject, text)).toBe(tokens.every(isToken));
        const isPattern = tokens.every(
          (t, index) => isToken(t) || t === '*' || (t === '>' && index === tokens.length - 1),
        );
        expect(accepts(assertPattern, text)).toBe(isPattern);
      }),
      { numRuns: 1000 },
    );
  });
});
