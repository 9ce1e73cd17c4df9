import fc from 'fast-check';
import { IDEMPOTENCY_KEY_LENGTH_MAX, parseIdempotencyKey } from './idempotency-key.js';

/** Near to a key: its letters, what is special in one, and what must not be in one. */
const letter = fc.constantFrom(...'ab:9-', '"', '\\', ',', ';', ' ', '\t', '\n', 'é', '\u00a0', '\u007f');
const reserved = fc.constantFrom('auto:', 'wf:', 'req:', 'undo:');
const near = fc.array(fc.oneof({ weight: 20, arbitrary: letter }, reserved), { maxLength: 12 });
const raw = fc.oneof(
  near.map((parts) => parts.join('')),
  near.map((parts) => `"${parts.join('')}"`),
  fc.string({ unit: 'binary', maxLength: 2 * IDEMPOTENCY_KEY_LENGTH_MAX }),
);
const quote = (key: string): string => `"${key.replace(/["\\]/g, '\\$&')}"`;

describe('whatever is sent as an idempotency key (row 11)', () => {
  it('is refused, or read as 1 to 255 visible ASCII characters that are not the platform’s to give', () => {
    fc.assert(
      fc.property(raw, (text) => {
        const parsed = parseIdempotencyKey(text);
        if (!parsed.ok) return;
        expect(parsed.key).toMatch(/^[\x21-\x7e]{1,255}$/);
        expect(parsed.key).not.toMatch(/^(auto|wf|req|undo):/);
      }),
      { numRuns: 2_000 },
    );
  });

  it('and read is the same key when it is sent in quotes', () => {
    fc.assert(
      fc.property(raw, (text) => {
        const parsed = parseIdempotencyKey(text);
        if (parsed.ok) expect(parseIdempotencyKey(quote(parsed.key))).toStrictEqual(parsed);
      }),
      { numRuns: 2_000 },
    );
  });
});
