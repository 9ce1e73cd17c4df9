import { isText, textOf } from './byte-text.js';

const encoder = new TextEncoder();

describe('textOf', () => {
  it.each(['', 'a', 'ab"\\', 'é', '\ufeffname', `${'a'.repeat(24)}`, `${'a'.repeat(25)}`, '名'.repeat(50)])(
    'text comes back as it was: %j',
    (text) => {
      const bytes = encoder.encode(`[${text}]`);
      expect(textOf(bytes, 1, bytes.length - 1)).toBe(text);
    },
  );
});

describe('isText', () => {
  it('the bytes are a text only if they are as long and the same', () => {
    const bytes = encoder.encode('null');
    expect(isText(bytes, 0, 4, 'null')).toBe(true);
    expect(isText(bytes, 0, 3, 'null')).toBe(false);
    expect(isText(bytes, 0, 4, 'nul')).toBe(false);
    expect(isText(bytes, 1, 5, 'ull')).toBe(false);
    expect(isText(bytes, 2, 6, 'llll')).toBe(false);
  });
});
