import { pathSegment } from './path-segment.js';

describe('a name in a path', () => {
  it('is one segment, whatever it holds', () => {
    expect(pathSegment('a/b?c#d é 😀')).toBe('a%2Fb%3Fc%23d%20%C3%A9%20%F0%9F%98%80');
  });

  it('never throws, not even for a lone surrogate', () => {
    expect(pathSegment('a\ud800b')).toBe('a%EF%BF%BDb');
  });
});
