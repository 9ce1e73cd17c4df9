import { formatPath } from './format-path.js';

describe('formatPath', () => {
  it.each<[string, (string | number)[], string]>([
    ['the body itself is the empty path', [], ''],
    [
      'names are joined by points and indexes stand in brackets',
      ['params', 'items', 3, 'name'],
      'params.items[3].name',
    ],
    ['an array body begins with a bracket', [0, 'a'], '[0].a'],
    ['a name that is no identifier is quoted', ['params', 'odd key', '1'], 'params["odd key"]["1"]'],
    ['a point in a name cannot pass for a step', ['a.b'], '["a.b"]'],
    ['quotes and backslashes are escaped', ['"\\'], '["\\"\\\\"]'],
    [
      'control characters and letters beyond ASCII are escaped',
      ['\n\u007fé\u202e名'],
      '["\\u000a\\u007f\\u00e9\\u202e\\u540d"]',
    ],
    ['a long name is cut outside its quotes', ['a'.repeat(65)], `["${'a'.repeat(64)}"...]`],
    ['an escape is never cut', ['名'.repeat(99)], `["${'\\u540d'.repeat(10)}"...]`],
    ['a name of 64 letters is whole', ['a'.repeat(64)], 'a'.repeat(64)],
  ])('%s', (_rule, segments, path) => {
    expect(formatPath(segments)).toBe(path);
  });

  it('a long path keeps its beginning and its last step', () => {
    const path = formatPath(['params', ...Array<string>(1000).fill('step'), 7]);
    expect(path).toMatch(/^params(\.step)+\.\.\.\[7\]$/);
    expect(path.length).toBeLessThan(270);
  });
});
