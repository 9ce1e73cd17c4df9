import { ExecuteBody } from './execute-command.js';

const accepts = (body: unknown): boolean => ExecuteBody.safeParse(body).success;
const labels = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`l${i}`, 'x']));

describe('the body of an execute request', () => {
  it('is params, and perhaps labels', () => {
    for (const body of [{ params: {} }, { params: { a: [1, null] }, metadata: { order: '17' } }])
      expect(ExecuteBody.parse(body)).toStrictEqual(body);
  });

  it('hands on the params untouched', () => {
    const params = { a: { b: [1] } };
    expect(ExecuteBody.parse({ params }).params).toBe(params);
  });

  it.each([
    ['nothing', undefined],
    ['no params', {}],
    ['params that are no object', { params: [] }],
    ['params of null', { params: null }],
    ['an unknown member, which may be a mistyped one', { params: {}, meta: {} }],
    ['a label that is no text', { params: {}, metadata: { order: 17 } }],
    ['a label too long', { params: {}, metadata: { order: 'x'.repeat(513) } }],
    ['a label with a name too long', { params: {}, metadata: { ['x'.repeat(65)]: 'x' } }],
    ['too many labels', { params: {}, metadata: labels(17) }],
  ])('is refused for %s', (_what, body) => {
    expect(accepts(body)).toBe(false);
  });

  it('may have sixteen labels, of 512 characters each', () => {
    expect(accepts({ params: {}, metadata: { ...labels(15), ['n'.repeat(64)]: 'x'.repeat(512) } })).toBe(
      true,
    );
  });
});
