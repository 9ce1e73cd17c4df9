import { runInNewContext } from 'node:vm';
import { ActionError, type ActionErrorOptions, isActionError } from './action-error.js';

describe('an ActionError', () => {
  it('says nothing about the effect and asks for no retry unless told to', () => {
    const error = new ActionError({ code: 'CARD_DECLINED', message: 'declined' });
    expect(error).toMatchObject({
      name: 'ActionError',
      code: 'CARD_DECLINED',
      message: 'declined',
      retryable: false,
      effect: 'unknown',
    });
    expect(error).not.toHaveProperty('details');
    expect(error).not.toHaveProperty('cause');
  });

  it('keeps its details as JSON would, and its cause as it is', () => {
    const cause = new Error('socket hang up');
    const details = { tries: [1, { at: null }], left: undefined };
    const error = new ActionError({ code: 'GONE', message: 'gone', effect: 'none', details, cause });
    expect(error.details).toEqual({ tries: [1, { at: null }] });
    const fromAnotherRealm: unknown = runInNewContext('({ a: 1 })');
    expect(new ActionError({ code: 'A', message: 'm', details: fromAnotherRealm }).details).toEqual({ a: 1 });
    expect(error.cause).toBe(cause);
  });

  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  it.each([
    ['a code that is not LIKE_THIS', { code: 'Declined' }, /LIKE_THIS/],
    ['a code with a stray underscore', { code: 'CARD__DECLINED' }, /LIKE_THIS/],
    ['an endless code', { code: 'X'.repeat(65) }, /at most 64/],
    ['an unknown effect', { effect: 'maybe' as 'none' }, /'applied' or 'unknown'/],
    ['a bigint among the details', { details: { id: 1n } }, /details\.id: 1 is not JSON/],
    ['a Date among the details', { details: [new Date(0)] }, /details\[0\]: a Date is not JSON/],
    ['NaN as details', { details: Number.NaN }, /details: NaN is not JSON/],
    ['a cycle among the details', { details: cyclic }, /details\.self: a cycle is not JSON/],
  ] satisfies [string, Partial<ActionErrorOptions>, RegExp][])('refuses %s', (_what, change, says) => {
    expect(() => new ActionError({ code: 'A', message: 'm', ...change })).toThrow(says);
  });

  it('is known by its mark, over copies of the package, and no other error is', () => {
    const ofAnotherCopy = Object.assign(new Error('other'), { [Symbol.for('do-sdk.action-error')]: true });
    expect([new ActionError({ code: 'A', message: 'm' }), ofAnotherCopy].every(isActionError)).toBe(true);
    expect([new Error('m'), { code: 'A' }, null].some(isActionError)).toBe(false);
  });
});
