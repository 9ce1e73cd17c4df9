import { header, headerBlock, headersBytes, headersBytesAtMost, sealHeaders } from './header.js';

describe('headers', () => {
  it('a header is found whatever the case, the first of several', () => {
    const headers = { 'Do-Attempt': '1', 'DO-ATTEMPT': '2' };
    expect(header(headers, 'do-attempt')).toBe('1');
    expect(header(headers, 'DO-ATTEMPT')).toBe('1');
    expect(header(headers, 'Do-Attempts')).toBeUndefined();
  });

  it('a name that was not sent is not found, whatever objects inherit', () => {
    expect(header({}, 'constructor')).toBeUndefined();
    expect(sealHeaders({})['constructor']).toBeUndefined();
    const own = sealHeaders(JSON.parse('{"__proto__":"text"}') as Record<string, string>);
    expect(header(own, '__proto__')).toBe('text');
  });

  it('sealed headers are a copy that nobody can change', () => {
    const mine = { a: ' 1\t' };
    const sealed = sealHeaders(mine);
    mine.a = '2';
    expect({ ...sealed }).toEqual({ a: '1' });
    expect(Object.isFrozen(sealed)).toBe(true);
  });

  it.each([
    ['visible ASCII', '!#$%&\'*+-.^_`|~"(),/;<=>?@[\\]{}azAZ09'],
    ['one character', 'x'],
  ])('a name of %s is taken', (_what, name) => {
    expect(header(sealHeaders({ [name]: 'v' }), name)).toBe('v');
  });

  it.each(['', ':', 'a:', 'a b', 'a\t', 'a\u007f', 'ä', 'a\n'])('the name %j is refused', (name) => {
    expect(() => sealHeaders({ [name]: 'v' })).toThrow(TypeError);
  });

  it.each(['\r', '\n', 'a\r\nb: c', '\udc00', 'x\ud800y'])('the value %j is refused', (value) => {
    expect(() => sealHeaders({ name: value })).toThrow(TypeError);
  });

  it('the size is that of the block on the wire of NATS', () => {
    const block = 'NATS/1.0\r\nname: Grüße 👋\r\nempty: \r\n\r\n';
    const headers = { name: 'Grüße 👋', empty: '' };
    expect(headerBlock(headers)).toBe(block);
    expect(headersBytes(headers)).toBe(new TextEncoder().encode(block).byteLength);
    expect(headersBytes({})).toBe(0);
    expect(headerBlock({})).toBe('');
  });
});

describe('the bound on the bytes of headers', () => {
  it.each([
    ['nothing', {}],
    ['plain values', { 'Do-Request-Id': '1', 'Do-Channel': 'http' }],
    ['values of several bytes a character', { a: 'é中😀'.repeat(10), b: '' }],
  ])('is never below what they have: %s', (_, headers) => {
    expect(headersBytesAtMost(headers)).toBeGreaterThanOrEqual(headersBytes(headers));
  });
});
