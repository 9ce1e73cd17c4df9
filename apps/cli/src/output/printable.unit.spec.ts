import { jsonText, printable } from './printable.js';

describe('text of somebody else', () => {
  it.each([
    ['\u001b]0;title\u0007', '\\x1b]0;title\\x07'],
    ['a\nb\tc\rd', 'a\\nb\\tc\\rd'],
    ['\u009b31m', '\\x9b31m'],
    ['\u007f\0', '\\x7f\\x00'],
    ['\u202egnp.exe', '\\u202egnp.exe'],
    ['a\u2028b\u200bc\ufeff', 'a\\u2028b\\u200bc\\ufeff'],
    ['Grüße, 請求書 👍', 'Grüße, 請求書 👍'],
  ])('holds nothing that a terminal obeys: %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });
});

describe('JSON', () => {
  it.each([0, 2])('escapes the same characters, and means the same (indent %i)', (indent) => {
    const value = { 'a\u009b': 'x\u202ey\u007f\u2028\n', list: [1, { b: '\u001b' }] };
    const text = jsonText(value, indent);
    expect(JSON.parse(text)).toEqual(value);
    expect(text.replaceAll('\n', '')).toMatch(/^[\x20-\x7e]+$/);
  });
});
