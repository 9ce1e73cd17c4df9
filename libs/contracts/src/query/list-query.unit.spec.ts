import { AuditQuery, ExecutionsQuery, LIST_LIMIT_DEFAULT, listOf, readChoice } from './list-query.js';

describe('a list query', () => {
  it('without anything asks for one page', () => {
    expect(ExecutionsQuery.parse({})).toEqual({ limit: LIST_LIMIT_DEFAULT });
  });

  it.each<[string, object]>([
    ['a status that there is not', { status: ['suceeded'] }],
    ['a status in other letters', { status: ['Failed'] }],
    ['a version that is no number', { version: ['v1'] }],
    ['version 0', { version: ['0'] }],
    ['a time without its zone', { since: '2026-01-31T12:00:00' }],
    ['a day', { until: '2026-01-31' }],
    ['no value', { action: [] }],
    ['an empty value', { action: [''] }],
    ['more than a page', { limit: 501 }],
    ['no items', { limit: 0 }],
    ['a path with a space', { params: { 'a b': ['1'] } }],
    [
      'six paths',
      { params: Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((path) => [path, ['1']])) },
    ],
    ['a name that there is not', { acton: ['a'] }],
  ])('with %s is refused', (_, query) => {
    expect(ExecutionsQuery.safeParse(query).success).toBe(false);
    expect(AuditQuery.safeParse(query).success).toBe(false);
  });

  it('takes several values of a name, excluded ones among them', () => {
    const query = AuditQuery.parse({ status: ['failed', '-succeeded'], version: ['-2'], type: ['x'] });
    expect(readChoice(query.status)).toEqual({ include: ['failed'], exclude: ['succeeded'] });
    expect(readChoice(query.version)).toEqual({ include: [], exclude: ['2'] });
    expect(readChoice(undefined)).toEqual({ include: [], exclude: [] });
  });

  it('is answered with a page, and with how far the views are', () => {
    const page = { items: [], nextCursor: null, position: 'log-1', lagEvents: '0' };
    expect(listOf(AuditQuery).parse(page)).toEqual(page);
    expect(listOf(AuditQuery).safeParse({ ...page, lagEvents: 0 }).success).toBe(false);
  });
});
