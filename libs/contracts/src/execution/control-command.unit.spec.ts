import { ControlBody, ResolveBody } from './control-command.js';

const id = 'exe_0123456789abcdef0123456789abcdef-1';
const reason = 'ordered twice';
const result = { result: { sent: true } };
const error = { error: { message: 'no such letter', effect: 'none' } };

describe('the body of a control command', () => {
  it('is the execution and the reason', () => {
    expect(ControlBody.parse({ id, reason })).toStrictEqual({ id, reason });
    expect(ControlBody.safeParse({ id, reason: 'x'.repeat(500) }).success).toBe(true);
  });

  it.each([
    ['no reason', { id }],
    ['an empty reason', { id, reason: '' }],
    ['a reason of spaces', { id, reason: ' \n' }],
    ['a reason too long', { id, reason: 'x'.repeat(501) }],
    ['a reason that is no text', { id, reason: 7 }],
    ['no execution', { reason }],
    ['an unknown member, which may be a mistyped one', { id, reason, outcome: result }],
  ])('is refused for %s', (_what, body) => {
    expect(ControlBody.safeParse(body).success).toBe(false);
  });
});

describe('the body of a resolve', () => {
  it.each([
    ['a result', { id, reason, outcome: result }],
    ['a result of null', { id, reason, outcome: { result: null } }],
    ['an error', { id, reason, outcome: error }],
    ['evidence', { id, reason, outcome: error, evidence: 'x'.repeat(2_000) }],
  ])('may hold %s', (_what, body) => {
    expect(ResolveBody.parse(body)).toStrictEqual(body);
  });

  it.each([
    ['no outcome', { id, reason }],
    ['no reason', { id, outcome: result }],
    ['an outcome of both kinds', { id, reason, outcome: { ...result, ...error } }],
    ['an outcome of neither kind', { id, reason, outcome: {} }],
    [
      'an error that does not say what happened outside',
      { id, reason, outcome: { error: { message: 'x' } } },
    ],
    ['an error without words', { id, reason, outcome: { error: { message: '', effect: 'none' } } }],
    ['evidence too long', { id, reason, outcome: result, evidence: 'x'.repeat(2_001) }],
  ])('is refused for %s', (_what, body) => {
    expect(ResolveBody.safeParse(body).success).toBe(false);
  });
});
